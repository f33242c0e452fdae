"""Objects of lists: found by id and name, changed, moved, removed, and only ever one's own."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from counterfoil.core.clock import SetClock
from counterfoil.core.errors import Broken
from counterfoil.model.company import Company
from counterfoil.model.items import ServiceItem
from counterfoil.model.lists import Class
from counterfoil.model.people import Customer, Vendor
from counterfoil.model.query import SelectDeleted
from counterfoil.model.terms import StandardTerm
from counterfoil.model.values import Ref

Run = Callable[..., Any]
ACME = Customer(id="80000001-1", created_at=5, updated_at=6, revision="6", name="Acme Ltd", full_name="Acme Ltd")
JOB = Customer(id="80000002-1", name="Roof", full_name="Acme Ltd:Roof", parent=Ref(ACME.id, "Acme Ltd"))
TILES = Customer(id="80000003-1", name="Tiles", full_name="Acme Ltd:Roof:Tiles", parent=Ref(JOB.id, JOB.full_name))


def add(*things: Any) -> Callable[[Any], None]:
    def work(file: Any) -> None:
        for thing in things:
            file.add_object(thing)

    return work


def test_what_was_added_is_found_as_it_was(write: Run, read: Run) -> None:
    item = ServiceItem(id="1", name="Hour", full_name="Hour", external_id="e")
    term = StandardTerm(id="1", name="Net 30", due_days=30, discount_percentage=Decimal("2.5"))
    write(add(ACME, item, term))
    assert read(lambda file: file.find("names", ACME.id)) == ACME
    assert read(lambda file: file.find("items", "1")) == item
    assert read(lambda file: file.find("terms", "1")) == term
    assert read(lambda file: file.find("accounts", "1")) is None


def test_names_are_found_whatever_their_capitals(write: Run, read: Run) -> None:
    street = Customer(id="2", name="Über Straße", full_name="Über Straße")
    write(add(ACME, street))
    assert read(lambda file: file.find_by_name("names", "aCME LTD")) == ACME
    assert read(lambda file: file.find_by_name("names", "ÜBER STRASSE")) == street
    assert read(lambda file: file.find_by_name("names", "Acme")) is None


def test_another_company_finds_nothing(write: Run, read: Run, theirs: str) -> None:
    write(add(ACME, JOB))
    write(add(structs.replace(ACME, phone="1")), theirs)
    assert read(lambda file: file.find("names", ACME.id)).phone is None
    assert write(lambda file: file.find("names", ACME.id), theirs).phone == "1"
    assert read(lambda file: file.find("names", JOB.id), theirs) is None
    assert read(lambda file: file.find_by_name("names", JOB.full_name), theirs) is None
    assert read(lambda file: file.children(ACME), theirs) == ()
    write(lambda file: file.remove_object(ACME, 9), theirs)
    assert read(lambda file: file.find("names", ACME.id)) == ACME


def test_replaced_objects_are_found_under_their_new_name_only(write: Run, read: Run) -> None:
    write(add(ACME))
    renamed = structs.replace(ACME, name="Beta", full_name="Beta", is_active=False)
    write(lambda file: file.replace_object(renamed))
    assert read(lambda file: file.find_by_name("names", "beta")) == renamed
    assert read(lambda file: file.find_by_name("names", "acme ltd")) is None
    assert write(lambda file: file.find("names", ACME.id)) == renamed


def test_a_name_stands_once_in_its_list_and_in_other_lists_too(write: Run) -> None:
    write(add(ACME, Class(id=ACME.id, name="Acme Ltd", full_name="Acme Ltd")))
    with pytest.raises(Broken):
        write(add(Vendor(id="9", name="ACME ltd")))


def test_removed_objects_leave_a_note(write: Run, read: Run, theirs: str) -> None:
    write(add(ACME))
    write(lambda file: file.remove_object(ACME, 77))
    assert write(lambda file: file.find("names", ACME.id)) is None
    (note,) = read(lambda file: file.deletions(SelectDeleted(resources=("customers",), since=0, until=77)))
    assert (note.resource, note.id, note.label, note.created_at, note.deleted_at) == (
        "customers",
        ACME.id,
        "Acme Ltd",
        5,
        77,
    )
    assert read(lambda file: file.deletions(SelectDeleted(resources=("customers",), since=78, until=99))) == ()
    assert read(lambda file: file.deletions(SelectDeleted(resources=("vendors",), since=0, until=99))) == ()
    assert read(lambda file: file.deletions(SelectDeleted(resources=("customers",), since=0, until=99)), theirs) == ()


def test_branches_are_followed_by_id_so_that_a_new_name_breaks_nothing(write: Run, read: Run) -> None:
    write(add(ACME, JOB, TILES))
    assert read(lambda file: file.children(ACME)) == (JOB,)
    assert read(lambda file: file.descendants(ACME)) == (JOB, TILES)
    assert read(lambda file: file.descendants(TILES)) == ()
    write(lambda file: file.replace_object(structs.replace(ACME, name="Beta", full_name="Beta")))
    assert read(lambda file: file.children(structs.replace(ACME, name="Beta", full_name="Beta"))) == (JOB,)
    write(lambda file: file.replace_object(structs.replace(TILES, full_name="Tiles", parent=None)))
    assert read(lambda file: file.children(JOB)) == ()


def test_objects_come_in_the_order_of_their_making(write: Run, read: Run) -> None:
    vendor = Vendor(id="80000009-1", name="Aaron")
    write(add(TILES, vendor, ACME))
    write(lambda file: file.replace_object(structs.replace(TILES, phone="1")))
    found = [thing.id for thing in read(lambda file: list(file.objects("customers")))]
    assert found == [TILES.id, ACME.id]
    assert read(lambda file: list(file.objects("vendors"))) == [vendor]


def test_there_is_one_company_in_a_company_file(write: Run, read: Run, theirs: str, clock: SetClock) -> None:
    with pytest.raises(Broken):
        read(lambda file: file.singleton("company"))
    write(lambda file: file.put_singleton(Company(company_name="One", created_at=clock.now())))
    assert write(lambda file: file.singleton("company")).company_name == "One"
    write(lambda file: file.put_singleton(Company(company_name="Two", country="CA")))
    assert write(lambda file: file.singleton("company")) == Company(company_name="Two", country="CA")
    with pytest.raises(Broken):
        read(lambda file: file.singleton("company"), theirs)


def test_counters_give_each_number_once(write: Run, read: Run, theirs: str) -> None:
    assert write(lambda file: [file.take("n"), file.take("n", 5), file.take("n")]) == [1, 2, 7]
    assert write(lambda file: file.take("other")) == 1
    assert write(lambda file: file.take("n"), theirs) == 1
    write(lambda file: file.bump("n", 100))
    write(lambda file: file.bump("n", 50))
    assert write(lambda file: file.take("n")) == 101
    write(lambda file: file.bump("new", 10))
    assert write(lambda file: file.take("new")) == 11


def test_the_last_document_number_is_a_text(write: Run, read: Run, theirs: str) -> None:
    assert read(lambda file: file.last_number("invoices")) is None
    write(lambda file: file.set_last_number("invoices", "INV-0099"))
    write(lambda file: file.set_last_number("invoices", "INV-0100"))
    assert read(lambda file: file.last_number("invoices")) == "INV-0100"
    assert read(lambda file: file.last_number("credit_memos")) is None
    assert read(lambda file: file.last_number("invoices"), theirs) is None
