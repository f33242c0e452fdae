"""Payments to vendors by check and by card, and whose time it was.

QuickBooks Desktop has messages of their own for each kind of payment, and one name for whoever worked.
"""

from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs
from tests.contract.books.bench import Bench, House

from counterfoil.model.accounts import Account
from counterfoil.model.command import Create, Delete, Update, Void
from counterfoil.model.outcome import Refused
from counterfoil.model.query import Filter, Select

PAYMENTS, TIME = "bill_payments", "time_activities"
HALF = Decimal("25.00")


@pytest.fixture
def desktop(premises: House) -> Any:
    with premises.bench("desktop") as built:
        yield built


def by_check(bench: Bench, **more: Any) -> Any:
    draft = structs.replace(bench.draft(PAYMENTS), external_id=None, **more)
    return bench.do(Create(resource=PAYMENTS, draft=draft))


def by_card(bench: Bench, **more: Any) -> Any:
    draft = bench.draft(PAYMENTS)
    if "card" not in bench.made:
        bench.made.add("card")
        bench.do(Create(resource="accounts", draft=Account(name="Card", account_type="credit_card")))
    account = bench.named("accounts", "Card")
    draft = structs.replace(draft, pay_type="credit_card", payment_account=account, external_id=None, **more)
    return bench.do(Create(resource=PAYMENTS, draft=draft))


def found(bench: Bench, *filters: Filter, **more: Any) -> list[str]:
    return [each.id for each in bench.select(Select(resource=PAYMENTS, filters=filters, **more))]


def test_a_payment_by_card_comes_out_of_the_card(bench: Bench) -> None:
    bench.draft(PAYMENTS)  # and so there is a bill to pay
    before = bench.balances()
    made = by_card(bench)
    assert (made.pay_type, made.total_amount) == ("credit_card", HALF)
    assert bench.moved(before) == {"Accounts Payable": HALF, "Card": -HALF}


def test_a_payment_is_read_by_its_id_whichever_kind_it_is(bench: Bench) -> None:
    card, check = by_card(bench), by_check(bench)
    assert bench.read(PAYMENTS, card.id).pay_type == "credit_card"
    assert bench.read(PAYMENTS, check.id).pay_type == "check"
    bench.missing(PAYMENTS, "1-1")


def test_a_payment_is_deleted_whichever_kind_it_is(bench: Bench) -> None:
    card, check = by_card(bench), by_check(bench)
    before = bench.balances()
    for made in (card, check):
        bench.do(Delete(resource=PAYMENTS, id=made.id))
        bench.missing(PAYMENTS, made.id)
    assert bench.moved(before) == {"Accounts Payable": -2 * HALF, "Card": HALF, "Checking": HALF}
    assert {each.id for each in bench.deletions(PAYMENTS)} == {card.id, check.id}


def test_what_is_not_there_is_not_deleted_or_voided(desktop: Bench) -> None:
    for command in (Delete(resource=PAYMENTS, id="1-1"), Void(resource=PAYMENTS, id="1-1")):
        assert [problem.kind for problem in desktop.refused(command)] == ["object_missing"]


@pytest.mark.parametrize("pay", [by_check, by_card])
def test_a_voided_payment_leaves_the_bill_open(desktop: Bench, pay: Any) -> None:
    desktop.draft(PAYMENTS)
    desktop.named("bills", "S-2026-0077")
    before = desktop.balances()
    made = pay(desktop)
    desktop.do(Void(resource=PAYMENTS, id=made.id))
    assert desktop.moved(before) == {}
    told = desktop.read(PAYMENTS, made.id)
    assert (told.is_void, told.total_amount, told.memo, told.applications) == (True, 0, "VOID: First half", ())
    (bill,) = desktop.select(Select(resource="bills"))
    assert (bill.is_paid, bill.balance_remaining) == (False, bill.total_amount)


def test_a_list_holds_payments_of_both_kinds(bench: Bench) -> None:
    card, check, other = by_card(bench), by_check(bench, ref_number="1008"), by_card(bench)
    assert found(bench) == [card.id, check.id, other.id]
    assert found(bench, ids=(check.id, other.id, card.id)) == [check.id, other.id, card.id]
    assert found(bench, ref_numbers=("1008", "1007")) == [check.id, card.id, other.id]
    bench.refused_select(Select(resource=PAYMENTS, ids=(check.id, "1-1", card.id)))
    assert found(bench, Filter("pay_type", "=", "credit_card")) == [card.id, other.id]
    stone = bench.named("vendors", "Stone & Co").id or ""
    assert found(bench, Filter("vendor_id", "in", (stone,))) == [card.id, check.id, other.id]
    assert found(bench, Filter("vendor_id", "in", (bench.named("vendors", "City of Austin").id or "",))) == []
    assert found(bench, Filter("ref_number", "starts", "1008")) == [check.id]


def paged(bench: Bench, select: Select) -> list[list[tuple[tuple[str, ...], int]]]:
    """The pages of each of the books, which need not be divided alike."""
    return [bench.house.run(bench._paged(seat, select)) for seat in bench.seats]


@pytest.mark.parametrize("limit", [1, 2, 4])
def test_pages_go_on_from_one_kind_to_the_next(desktop: Bench, limit: int) -> None:
    """On desktop books a page is of one kind: those by check come first."""
    ids = [by_check(desktop).id, by_check(desktop).id, by_card(desktop).id]
    for pages in paged(desktop, Select(resource=PAYMENTS, limit=limit, count_up_to=9)):
        assert [one for page, _ in pages for one in page] == ids
        assert [left for _, left in pages] == [
            3 - sum(len(one) for one, _ in pages[: n + 1]) for n in range(len(pages))
        ]
        assert max(len(page) for page, _ in pages) <= limit


def test_pages_of_payments_by_card_alone(desktop: Bench) -> None:
    """Before the payments by card comes a page of those by check, even where there are none."""
    ids = [by_card(desktop).id, by_card(desktop).id]
    select = Select(resource=PAYMENTS, limit=1, count_up_to=9)
    by_cards = [((ids[0],), 1), ((ids[1],), 0)]
    assert paged(desktop, select) == [by_cards, [((), 2), *by_cards]]
    only = structs.replace(select, filters=(Filter("pay_type", "=", "credit_card"),))
    assert desktop.pages(only) == by_cards


def test_quickbooks_changes_no_payment_by_card(desktop: Bench) -> None:
    made = by_card(desktop)
    change = Update(resource=PAYMENTS, id=made.id, revision=made.revision, changes={"memo": "Other"})
    outcome = desktop.ask_last(change)
    assert isinstance(outcome, Refused)
    assert [(each.kind, each.values["detail"]) for each in outcome.problems] == [
        ("not_served", "QuickBooks Desktop has no `BillPaymentCreditCardMod`")
    ]


def worked(bench: Bench, *, by_vendor: bool) -> Any:
    draft = structs.replace(bench.draft(TIME), external_id=None)
    if "vendors" not in bench.made:
        bench.made.add("vendors")
        bench.do(Create(resource="vendors", draft=bench.draft("vendors")))
    if by_vendor:
        draft = structs.replace(draft, employee=None, vendor=bench.named("vendors", "Stone & Co"))
    return bench.do(Create(resource=TIME, draft=draft))


def whose(time: Any) -> tuple[str | None, str | None]:
    return tuple(each.full_name if each is not None else None for each in (time.employee, time.vendor))  # type: ignore[return-value]


EMPLOYEES, VENDORS = ("Åse K. Søn", None), (None, "Stone & Co")


def test_a_vendors_time_is_told_from_an_employees(bench: Bench) -> None:
    hers, theirs = worked(bench, by_vendor=False), worked(bench, by_vendor=True)
    assert (whose(hers), whose(theirs)) == (EMPLOYEES, VENDORS)
    assert [whose(bench.read(TIME, each.id)) for each in (hers, theirs)] == [EMPLOYEES, VENDORS]
    assert [whose(each) for each in bench.select(Select(resource=TIME))] == [EMPLOYEES, VENDORS]
    only = Select(resource=TIME, filters=(Filter("worker_id", "in", (theirs.vendor.id,)),))
    assert [each.id for each in bench.select(only)] == [theirs.id]
    assert [page for page, _ in bench.pages(Select(resource=TIME, limit=1, count_up_to=9))] == [
        (hers.id,),
        (theirs.id,),
    ]


def test_time_goes_over_to_a_vendor_and_is_as_long_as_before(bench: Bench) -> None:
    made = worked(bench, by_vendor=False)
    changes = {"employee": None, "vendor": bench.named("vendors", "Stone & Co")}
    changed = bench.do(Update(resource=TIME, id=made.id, revision=made.revision, changes=changes))
    assert (whose(changed), changed.hours, changed.minutes) == (VENDORS, 2, 30)
    again = bench.do(Update(resource=TIME, id=made.id, revision=changed.revision, changes={"description": "Walls"}))
    assert (whose(again), again.description) == (VENDORS, "Walls")
