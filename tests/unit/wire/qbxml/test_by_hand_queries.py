"""Queries, removals and message sets against documents written by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs
from tests.unit.wire.qbxml.by_hand import (
    CREATED,
    FOLDER,
    LIST,
    TXN,
    answer,
    asks,
    document,
    tells,
)

from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Delete, Void
from counterfoil.model.company import Company, Preferences
from counterfoil.model.outcome import Deleted, Done, Voided
from counterfoil.model.people import Customer
from counterfoil.model.query import Deletion, Filter, Read, Select, SelectDeleted
from counterfoil.model.values import Ref
from counterfoil.wire.qbxml.maps.company import HOST, Host
from counterfoil.wire.qbxml.message_sets import discard_document, message_set_id, status_document
from counterfoil.wire.qbxml.messages import MAPS
from counterfoil.wire.qbxml.outcomes import Recovered, deletions_of, outcome_of, read_responses
from counterfoil.wire.qbxml.paging import Iterator
from counterfoil.wire.qbxml.questions import COUNT_UP_TO, View
from counterfoil.wire.qbxml.serve import read_requests
from counterfoil.wire.qbxml.tree import parse
from counterfoil.wire.qbxml.write import request_node

D = Decimal
GUID = "6f1c2a9e-4b7d-4c1e-9a53-0d2f8b61c7aa"
NON = Ref("80000008-1", "Non")

ANSWERS: dict[str, Any] = {
    "CustomerQuery": Customer(
        **LIST, name="Barn", full_name="Kowalski:Barn", is_active=False, total_balance=D("12.50")
    ),
    "HostQuery": Host(
        product_name="QuickBooks Enterprise Solutions 24.0",
        major_version="34",
        minor_version="0",
        country="US",
        supported_versions=("1.0", "13.0", "16.0"),
        file_mode="MultiUser",
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str) -> None:
    tells(name, ANSWERS[name])


def test_the_state_of_an_iterator() -> None:
    told = answer("InvoiceQuery.paged")
    assert (told.count, told.remaining, told.iterator_id) == (1, 7, "{84ff5521-205d-46b6-9d44-7b6b9acb7165}")


QUERIES: dict[str, tuple[Any, View]] = {
    "InvoiceQuery": (
        Select(resource="invoices", ref_numbers=("INV-1042", "INV-1043"), with_links=True),
        View(links=True),
    ),
    "CreditMemoQuery": (
        Select(
            resource="credit_memos",
            filters=(Filter("date", ">=", date(2026, 1, 1)), Filter("date", "<=", date(2026, 1, 31))),
        ),
        View(),
    ),
    "ReceivePaymentQuery": (Select(resource="receive_payments", ids=("1A4F-1769331723",)), View()),
    "CustomerQuery": (
        Select(
            resource="customers",
            filters=(
                Filter("is_active", "=", False),
                Filter("updated_at", ">=", CREATED),
                Filter("name", "ends", "rn"),
                Filter("total_balance", ">=", 1250),
            ),
            limit=2,
        ),
        View(),
    ),
    "ClassQuery": (Select(resource="classes", names=("Region:North",)), View()),
    "TxnDeletedQuery": (
        SelectDeleted(resources=("invoices", "credit_memos"), since=CREATED, until=253402300799),
        View(),
    ),
    "ListDeletedQuery": (SelectDeleted(resources=("customers",), since=0, until=253402300799), View()),
    "HostQuery": (Read(resource=HOST, id=""), View()),
    "CompanyQuery": (Read(resource="company", id=""), View()),
    "PreferencesQuery": (Read(resource="preferences", id=""), View()),
}


@pytest.mark.parametrize("name", QUERIES)
def test_asking(name: str) -> None:
    asked, view = QUERIES[name]
    asks(name, asked, view=view)


def test_asking_page_by_page() -> None:
    select = Select(
        resource="invoices",
        filters=(
            Filter("updated_at", ">=", 1767225600),
            Filter("updated_at", "<=", 1769903999),
            Filter("customer_id", "in", ("80000001-1234567890",)),
            Filter("ref_number", "starts", "INV"),
            Filter("paid", "=", False),
        ),
        limit=100,
    )
    by_hand = document("InvoiceQuery.paged.rq")
    node = request_node(select, request_id="1", iterator=Iterator("Start"))
    assert node == by_hand.root.children[0].children[0]
    (request,) = read_requests(by_hand).requests
    assert request.asked == structs.replace(select, count_up_to=COUNT_UP_TO)


def test_the_company() -> None:
    (company,) = (outcome.result for outcome in [outcome_of(answer("CompanyQuery"))] if isinstance(outcome, Done))
    assert isinstance(company, Company)
    assert (company.company_name, company.legal_company_name) == ("Rock Castle", "Rock Castle Inc")
    assert (company.fiscal_year_start_month, company.income_tax_year_start_month) == ("january", "april")
    assert (company.ein, company.tax_form) == ("12-3456789", "form_1120s")
    (stamp,) = company.custom_fields
    assert stamp.owner_id == "{90a44fb5-33d9-4815-ac85-bc87a7e7d1eb}"
    assert (stamp.name, stamp.value) == ("FileID", "{57f3b9b6-86f1-4fcc-b1ff-966de1813d20}")


def test_the_preferences() -> None:
    (told,) = (outcome.result for outcome in [outcome_of(answer("PreferencesQuery"))] if isinstance(outcome, Done))
    assert isinstance(told, Preferences)
    assert told.accounting is not None
    assert (told.accounting.is_using_account_numbers, told.accounting.is_requiring_accounts) == (True, False)
    assert told.accounting.closing_date == date(2025, 12, 31)
    assert told.sales_tax is not None
    assert told.sales_tax.default_non_taxable_sales_tax_code == NON
    assert told.sales_tax.sales_tax_reporting_frequency == "quarterly"
    assert told.app_access_rights is not None
    assert told.app_access_rights.automatic_login_user_name == "Admin"


RESOURCES = {table.name: table.resource for table in MAPS}
BY_CARD = "BillPaymentCreditCard"
"""A command says only that it is a payment of bills, which is written as one by check."""

VOIDED = sorted(path.name.split(".")[1] for path in FOLDER.glob("TxnVoid.*.rq.xml"))
DELETED = sorted(path.name.split(".")[1] for path in FOLDER.glob("*Del.*.rq.xml"))


@pytest.mark.parametrize("name", DELETED)
def test_deleting(name: str) -> None:
    is_txn = CATALOGUE[RESOURCES[name]].is_transaction
    message, identifier = (f"TxnDel.{name}", TXN["id"]) if is_txn else (f"ListDel.{name}", LIST["id"])
    gone = Delete(resource=RESOURCES[name], id=identifier)
    if name == BY_CARD:
        assert read_requests(document(f"{message}.rq")).requests[0].asked == gone
    else:
        asks(message, gone)
    label = f"N-{name[:6]}" if is_txn else f"The {name}"
    assert outcome_of(answer(message)) == Done(result=Deleted(id=identifier, label=label, deleted_at=CREATED + 60))


@pytest.mark.parametrize("name", VOIDED)
def test_voiding(name: str) -> None:
    void = Void(resource=RESOURCES[name], id=TXN["id"])
    if name == BY_CARD:
        assert read_requests(document(f"TxnVoid.{name}.rq")).requests[0].asked == void
    else:
        asks(f"TxnVoid.{name}", void)
    gone = Voided(id=TXN["id"], ref_number=f"N-{name[:6]}", created_at=CREATED, updated_at=CREATED + 60)
    assert outcome_of(answer(f"TxnVoid.{name}")) == Done(result=gone)


def test_everything_that_can_be_deleted_or_voided_is_here() -> None:
    assert set(DELETED) == {table.name for table in MAPS if "D" in table.verbs}
    assert set(VOIDED) == {table.name for table in MAPS if "V" in table.verbs}


def test_what_was_deleted() -> None:
    """Of what is no resource here, a check, nothing is told."""
    assert deletions_of(answer("TxnDeletedQuery")) == (
        Deletion(resource="invoices", id=TXN["id"], label="INV-1042", created_at=CREATED, deleted_at=CREATED + 60),
    )
    assert deletions_of(answer("ListDeletedQuery")) == (
        Deletion(
            resource="customers",
            id=LIST["id"],
            label="Kowalski:Barn",
            created_at=CREATED,
            deleted_at=CREATED + 60,
        ),
    )


def test_message_sets() -> None:
    set_id = message_set_id("0199c0de-0000-7000-8000-000000000001")
    assert parse(status_document(set_id)) == document("MessageSet.status.rq")
    assert parse(discard_document(set_id)) == document("MessageSet.discard.rq")
    known = read_responses(document("MessageSet.status.rs"))
    assert (known.message_set_id, known.message_set_status) == (set_id, 0)
    assert known.responses[0].recovered == Recovered(
        txn_id=TXN["id"], txn_number=1729, edit_sequence="1769331783", external_guid=f"{{{GUID}}}"
    )
    unknown = read_responses(document("MessageSet.unknown.rs"))
    assert (unknown.message_set_id, unknown.message_set_status, unknown.responses) == (set_id, 600, ())


def test_every_document_is_looked_at() -> None:
    """Every message that changes anything has a document by hand, and every query of what is money."""
    stems = {path.name.split(".")[0] for path in FOLDER.glob("*.rq.xml")}
    for table in MAPS:
        for letter, verb in (("A", "Add"), ("M", "Mod")):
            assert letter not in table.verbs or f"{table.name}{verb}" in stems
    assert set(QUERIES) <= {path.name.removesuffix(".rq.xml") for path in FOLDER.glob("*.rq.xml")}
