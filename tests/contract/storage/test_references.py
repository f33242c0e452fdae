"""Who refers to an object: asked before it goes, and told of its new name."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from msgspec import structs

from counterfoil.model.accounts import Account
from counterfoil.model.items import SalesOrPurchase, ServiceItem
from counterfoil.model.lines import SalesLine, SalesLineGroup, TaxComponent
from counterfoil.model.people import Customer, Vendor
from counterfoil.model.postings import Applied, Entry, Posting
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref

Run = Callable[..., Any]
SAME_ID = "80000001-1"
CUSTOMER = Customer(id=SAME_ID, name="Acme", full_name="Acme")
JOB = Customer(id="80000002-1", name="Roof", full_name="Acme:Roof", parent=Ref(SAME_ID, "Acme"))
ACCOUNT = Account(id=SAME_ID, name="Sales", full_name="Sales")
ITEM = ServiceItem(
    id=SAME_ID, name="Hour", full_name="Hour", sales_or_purchase=SalesOrPurchase(posting_account=Ref("80000009-1", "x"))
)
SALE = Invoice(
    id="I1",
    number=1,
    customer=Ref(JOB.id, "Acme:Roof"),
    transaction_date=date(2024, 1, 1),
    memo=f'"{SAME_ID}"',
    tax_components=(TaxComponent(agency=Ref("80000005-1", "State")),),
    lines=(
        SalesLine(id="2", item=Ref("80000007-1", "Minute")),
        SalesLineGroup(id="3", lines=(SalesLine(id="4", item=Ref("80000008-1", "Second")),)),
    ),
)


@pytest.fixture
def books(write: Run) -> None:
    def work(file: Any) -> None:
        for thing in (CUSTOMER, JOB, ACCOUNT, ITEM):
            file.add_object(thing)
        file.add_entry(Entry(thing=SALE, resource="invoices"), ())

    write(work)


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize(
    ("list", "identifier", "used"),
    [
        ("names", SAME_ID, True),  # the job's parent
        ("names", JOB.id, True),  # the invoice's customer
        ("names", "80000005-1", True),  # a part of the invoice
        ("accounts", SAME_ID, False),  # another list's object has the same id
        ("accounts", "80000009-1", True),  # a part of an item
        ("items", SAME_ID, False),  # only a memo says so
        ("items", "80000007-1", True),
        ("items", "80000008-1", True),  # a line inside a group
        ("classes", "80000007-1", False),
        ("names", "nobody", False),
    ],
)
def test_use_is_found_wherever_it_stands(read: Run, list: str, identifier: str, used: bool, theirs: str) -> None:
    assert read(lambda file: file.id_in_use(list, identifier)) is used
    assert read(lambda file: file.id_in_use(list, identifier), theirs) is False


def test_the_ledger_uses_what_no_document_names(write: Run, read: Run) -> None:
    def work(file: Any) -> None:
        file.post("A1", date(2024, 1, 1), (Posting("tax", 1, None, "agency"), Posting("other", -1, None, None, "k")))
        file.apply(
            Applied(
                source="s",
                target="t",
                amount=1,
                source_home=1,
                target_home=1,
                date=date(2024, 1, 1),
                discount_account="d",
            )
        )

    write(work)
    for list, identifier in (("accounts", "tax"), ("names", "agency"), ("classes", "k"), ("accounts", "d")):
        assert read(lambda file, list=list, identifier=identifier: file.id_in_use(list, identifier))
    assert not read(lambda file: file.id_in_use("accounts", "agency"))


@pytest.mark.usefixtures("books")
def test_a_new_name_reaches_every_reference(write: Run, read: Run, theirs: str) -> None:
    write(lambda file: file.add_object(JOB), theirs)
    write(lambda file: file.find("names", JOB.id))
    renamed = structs.replace(CUSTOMER, name="Beta", full_name="Beta")

    def work(file: Any) -> None:
        file.replace_object(renamed)
        file.rename(renamed)

    write(work)
    assert write(lambda file: file.find("names", JOB.id)).parent == Ref(SAME_ID, "Beta")
    assert read(lambda file: file.find("names", JOB.id), theirs).parent == Ref(SAME_ID, "Acme")
    assert read(lambda file: file.entry("I1")).thing == SALE
    assert read(lambda file: file.find("accounts", SAME_ID)) == ACCOUNT


@pytest.mark.usefixtures("books")
def test_lines_and_parts_of_documents_are_renamed_too(write: Run, read: Run) -> None:
    def work(file: Any) -> None:
        file.rename(ServiceItem(id="80000008-1", name="Tick", full_name="Tick"))
        file.rename(Vendor(id="80000005-1", name="County"))

    write(work)
    sale = read(lambda file: file.entry("I1")).thing
    assert sale.lines[1].lines[0].item == Ref("80000008-1", "Tick")
    assert sale.lines[0].item == Ref("80000007-1", "Minute")
    assert sale.tax_components[0].agency == Ref("80000005-1", "County")


def test_many_documents_are_renamed(write: Run, read: Run) -> None:
    def fill(file: Any) -> None:
        for number in range(1, 451):
            sale = Invoice(id=f"{number:X}-1", number=number, customer=Ref(SAME_ID, "Acme"))
            file.add_entry(Entry(thing=sale, resource="invoices"), ())

    write(fill)
    write(lambda file: file.rename(structs.replace(CUSTOMER, name="Beta", full_name="Beta")))
    names = read(lambda file: {entry.thing.customer.full_name for entry in file.entries("invoices")})
    assert names == {"Beta"}
