"""Keys, re-sends and external ids: what is sent twice is done once, in all books."""

from decimal import Decimal

import pytest
from tests.contract.books.bench import Bench
from tests.contract.books.samples import ACME, DAY, GUID, WORK

from counterfoil.core.errors import Conflict
from counterfoil.model.command import Create, Delete, Update, Void
from counterfoil.model.lines import SalesLine
from counterfoil.model.people import Customer
from counterfoil.model.query import Select
from counterfoil.model.sales import Invoice


def create(amount: str = "10.00", external_id: str | None = None) -> Create:
    line = SalesLine(item=WORK, amount=Decimal(amount))
    draft = Invoice(customer=ACME, transaction_date=DAY, external_id=external_id, lines=(line,))
    return Create(resource="invoices", draft=draft)


def count(bench: Bench) -> int:
    return len(bench.select(Select(resource="invoices")))


def test_a_key_makes_one_invoice_and_tells_of_it_again(bench: Bench) -> None:
    before = count(bench)
    first, second = bench.submit(create(), "order-1"), bench.submit(create(), "order-1")
    assert (first.replayed, second.replayed) == (False, True)
    assert second.result == first.result
    assert count(bench) == before + 1


def test_a_key_tells_what_was_told_then(bench: Bench) -> None:
    made = bench.do(create(), "order-1")
    bench.do(Void(resource="invoices", id=made.id), "void-1")
    assert bench.submit(create(), "order-1").result == made
    assert bench.submit(Void(resource="invoices", id=made.id), "void-1").replayed


def test_a_key_with_another_body_is_refused(bench: Bench) -> None:
    bench.do(create(), "order-1")
    with pytest.raises(Conflict):
        bench.do(create("10.01"), "order-1")


def test_a_repeated_update_is_not_stale_and_a_repeated_deletion_not_missing(bench: Bench) -> None:
    made = bench.do(create())
    update = Update(resource="invoices", id=made.id, revision=made.revision, changes={"memo": "Once"})
    assert bench.submit(update, "update-1").result == bench.submit(update, "update-1").result
    gone = Delete(resource="invoices", id=made.id)
    assert bench.submit(gone, "delete-1").result == bench.submit(gone, "delete-1").result


def test_a_refused_command_leaves_its_key_free(bench: Bench) -> None:
    wrong = Create(resource="customers", draft=Customer(name="Acme Corporation"))
    right = Create(resource="customers", draft=Customer(name="Acorn"))
    assert [problem.kind for problem in bench.refused(wrong, "customer-1")] == ["name_in_use"]
    assert bench.do(right, "customer-1").name == "Acorn"


def test_an_external_id_is_used_once(bench: Bench) -> None:
    made = bench.do(create(external_id=GUID))
    assert bench.read("invoices", made.id).external_id == GUID
    assert [problem.kind for problem in bench.refused(create(external_id=GUID))] == ["external_id_in_use"]


def test_an_id_that_nobody_gave_is_not_told(bench: Bench) -> None:
    """Counterfoil marks what it writes into QuickBooks with an id of its own."""
    made = bench.do(create())
    assert made.external_id is None
    assert bench.read("invoices", made.id).external_id is None
