"""QuickBooks' words, as people have published them, and the places of the request that they are about."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.core.problems import Problem
from counterfoil.model.command import Command, Create, Delete, LineChange, Update
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.outcome import Refused
from counterfoil.model.people import Customer
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref
from counterfoil.wire.qbxml.located import located
from counterfoil.wire.qbxml.outcomes import outcome_of, response_of
from counterfoil.wire.qbxml.tree import Node
from counterfoil.wire.qbxml.write import with_kept_lines

ACME, PAVER = "80000001-1326159291", "80000002-1326159291"
NO_RECORD = "QuickBooks error message: Invalid argument.  The specified record does not exist in the list."
TOO_MUCH = (
    'The "AppliedToTxnAdd payment amount" field has an invalid value "129.43".  '
    "QuickBooks error message: You cannot pay more than the amount due."
)


def problem(code: int, words: str) -> Problem:
    """What is read of a refusal."""
    status = {"statusCode": str(code), "statusSeverity": "Error", "statusMessage": words}
    outcome = outcome_of(response_of(Node("InvoiceAddRs", status)))
    assert isinstance(outcome, Refused)
    (found,) = outcome.problems
    return found


def invoice(*items: str, **more: Any) -> Create:
    lines = tuple(SalesLine(item=Ref(id=item), amount=Decimal("5.00")) for item in items)
    draft = Invoice(customer=Ref(id=ACME), transaction_date=date(2026, 3, 2), lines=lines, **more)
    return Create(resource="invoices", draft=draft)


def payment(*amounts: str, total: str = "500.00") -> Create:
    applications = tuple(
        Application(transaction_id=f"{number}A-1", payment_amount=Decimal(amount))
        for number, amount in enumerate(amounts)
    )
    draft = ReceivePayment(customer=Ref(id=ACME), total_amount=Decimal(total), applications=applications)
    return Create(resource="receive_payments", draft=draft)


def test_a_reference_that_leads_nowhere() -> None:
    words = f'There is an invalid reference to QuickBooks Item "80000099-1" in the Invoice line.  {NO_RECORD}'
    found = located(problem(3140, words), invoice(PAVER, "80000099-1"))
    assert (found.kind, found.place) == ("reference_missing", ("lines", 1, "item"))
    assert (found.values["thing"], found.values["value"], found.values["code"]) == ("Item", "80000099-1", 3140)
    assert found.values["words"] == words


def test_a_reference_by_name() -> None:
    words = f'There is an invalid reference to QuickBooks Customer "Acme" in the Invoice.  {NO_RECORD}'
    asked = Create(resource="invoices", draft=Invoice(customer=Ref(full_name="Acme")))
    assert located(problem(3140, words), asked).place == ("customer",)


@pytest.mark.parametrize("words", [TOO_MUCH, TOO_MUCH.replace("AppliedToTxnAdd payment amount", "PaymentAmount")])
def test_an_amount_is_found_where_the_words_name_its_field(words: str) -> None:
    """The payment as a whole has the same amount."""
    found = located(problem(3210, words), payment("10.00", "129.43", total="129.43"))
    assert (found.kind, found.place) == ("books_said_at", ("applications", 1, "payment_amount"))
    assert found.what("applyToTransactions[1].paymentAmount") == f"{words} (`applyToTransactions[1].paymentAmount`)"


def test_what_stands_in_several_places_is_told_without_one() -> None:
    """Nothing is guessed: a wrong place misleads."""
    words = 'The "Whatever" field has an invalid value "5.00".'
    found = located(problem(3180, words), invoice(PAVER, PAVER))
    assert (found.kind, found.place, found.values["words"]) == ("books_said", (), words)


def test_a_transaction_that_cannot_be_linked() -> None:
    words = "There was an error when saving a Invoice.  QuickBooks error message: 1A-99 is already closed."
    found = located(problem(3180, words), invoice(PAVER, link_to_transactions=("1A-98", "1A-99")))
    assert found.place == ("link_to_transactions", 1)


def test_a_name_in_use_is_the_name() -> None:
    words = 'The name "Acme" of the list element is already in use.'
    asked = Create(resource="customers", draft=Customer(name="Acme", company_name="Acme"))
    found = located(problem(3100, words), asked)
    assert (found.kind, found.place, found.values["value"]) == ("name_in_use", ("name",), "Acme")


def lines_of(*lines: LineChange) -> Update:
    return Update(resource="invoices", id="1A-1", revision="7", changes={"lines": lines})


def test_a_line_out_of_order() -> None:
    words = 'The item "1CAF77-1783534817" is placed in the request in incorrect order.'
    asked = lines_of(LineChange(id="1CAF78-1783534817", changes={}), LineChange(id="1CAF77-1783534817", changes={}))
    found = located(problem(3290, words), asked)
    assert (found.kind, found.place) == ("line_order", ("lines", 1, "id"))


def test_lines_that_the_caller_did_not_name_do_not_count() -> None:
    """Where lines of both shapes are sent, some may be there to be kept: the caller counts otherwise."""
    words = f'There is an invalid reference to QuickBooks Item "80000099-1" in the Invoice line.  {NO_RECORD}'
    asked = lines_of(
        LineChange(id="2-1", changes={}, is_group=True),
        LineChange(id="-1", changes={"item": Ref(id="80000099-1")}),
    )
    assert located(problem(3140, words), asked).place == ("lines",)


@pytest.mark.parametrize(
    ("code", "words", "kind"),
    [
        (3120, f'Object "1A-1" specified in the request cannot be found.  {NO_RECORD}', "object_missing"),
        (3000, 'The given object ID "1A-1" in the field "TxnID" is invalid.', "object_missing"),
        (3200, "The provided edit sequence is out-of-date.", "stale_revision"),
    ],
)
def test_what_is_wrong_with_the_object_as_a_whole_has_no_place(code: int, words: str, kind: str) -> None:
    asked = Update(resource="invoices", id="1A-1", revision="7", changes={"memo": "1A-1"})
    found = located(problem(code, words), asked)
    assert (found.kind, found.place) == (kind, ())


def test_a_line_that_is_not_there() -> None:
    words = 'The given object ID "9-1" in the field "TxnLineID" is invalid.'
    found = located(problem(3000, words), lines_of(LineChange(id="9-1", changes={})))
    assert (found.kind, found.place, found.values["value"]) == ("line_missing", ("lines", 0, "id"), "9-1")


def test_unknown_words_stay_quickbooks_own() -> None:
    asked: Command = Delete(resource="invoices", id="1A-1")
    words = "Cannot delete a transaction that was entered before the closing date."
    found = located(problem(3161, words), asked)
    assert (found.kind, found.place, found.what("")) == ("books_said", (), words)


def kept(*order: str) -> list[str]:
    """The ids of an update of a sale of the lines a, b, a group g, and c, whose groups are kept; in this order."""
    stored = (SalesLine(id="a"), SalesLine(id="b"), SalesLineGroup(id="g"), SalesLine(id="c"))
    changes = tuple(LineChange(id=each, changes={"memo": "x"}) for each in order)
    update = Update(resource="invoices", id="1", revision="1", changes={"lines": changes}, kept_lines="groups")
    return [line.id for line in with_kept_lines(update, Invoice(lines=stored)).changes["lines"]]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("abc", "abgc"),
        ("c", "gc"),
        ("a", "ag"),
        ("a-c", "a-gc"),
        ("ba", "bag"),
        ("ca", "gca"),
    ],
)
def test_kept_lines_stand_among_the_named_in_the_order_of_the_update(order: str, expected: str) -> None:
    """A wrong order stays wrong: QuickBooks says so."""
    assert "".join(kept(*order)) == expected
