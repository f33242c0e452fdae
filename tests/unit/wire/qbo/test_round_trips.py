"""A draft goes to Intuit and comes back: every field that Online holds is as it was."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.wire.qbo.drafts import DRAFTS, SALE, invoices
from tests.unit.wire.qbo.intuit import answered

from counterfoil.model.command import Create, LineChange, Update
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.sales import Invoice, Sale
from counterfoil.wire.qbo.answers import object_of
from counterfoil.wire.qbo.asked import create_of
from counterfoil.wire.qbo.bodies import decoded, encoded
from counterfoil.wire.qbo.requests import create_object, refused, update_object
from counterfoil.wire.qbo.table import Known
from counterfoil.wire.qbo.tax import differences

KNOWN = Known(tax="automated")
BY_THE_BOOKS = frozenset(
    {"id", "created_at", "updated_at", "revision", "rate", "tax_mode", "tax_override", "opening_balance"}
)
RESOURCES = pytest.mark.parametrize("resource", sorted(DRAFTS))


def is_said(value: Any) -> bool:
    return value not in (None, (), "")


def sent(draft: Any, resource: str) -> tuple[str, Any]:
    """The name of the entity, and the request's body as it arrives."""
    request = create_object(Create(resource=resource, draft=draft), KNOWN)
    return request.entity.name, decoded(encoded(request.body))


def amount_of(line: SalesLine, lines: tuple[Any, ...]) -> Decimal:
    """What a line comes to, worked out by hand."""
    if line.amount is not None:
        return line.amount
    if line.rate_percent is not None:
        whole = sum((amount_of(each, ()) for each in lines if is_plain(each)), Decimal(0))
        value = abs(whole * line.rate_percent / 100) * -1
    else:
        value = (line.rate or Decimal(0)) * (line.quantity if line.quantity is not None else 1)
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def is_plain(line: Any) -> bool:
    return isinstance(line, SalesLine) and line.item is not None and (line.item.id or "").isdecimal()


def lost(before: Any, after: Any, place: str = "") -> Iterator[str]:
    """Fields of a draft that are others in what came back; what the draft leaves open may be anything."""
    for name in before.__struct_fields__:
        wanted, found = getattr(before, name), getattr(after, name)
        where = f"{place}{name}"
        if name in BY_THE_BOOKS or not is_said(wanted):
            continue
        if name == "lines":
            yield from lost_lines(wanted, found, where)
        elif name == "applications":
            for number, (one, two) in enumerate(zip(wanted, found, strict=True)):
                yield from lost(one, two, f"{where}[{number}].")
        elif hasattr(wanted, "__struct_fields__") and name.endswith(("address", "purchase")):
            yield from lost(wanted, found, f"{where}.")
        elif name in ("currency", "sales_tax_code", "item", "item_group"):
            if wanted.id != found.id:
                yield where
        elif wanted != found:
            yield f"{where}: {wanted!r} became {found!r}"


def lost_lines(wanted: Any, found: Any, place: str) -> Iterator[str]:
    if len(wanted) != len(found):
        yield place
        return
    for number, (one, two) in enumerate(zip(wanted, found, strict=True)):
        yield from lost(one, two, f"{place}[{number}].")
        if isinstance(one, SalesLine) and one.item is not None and two.amount != amount_of(one, wanted):
            yield f"{place}[{number}].amount: {two.amount}"


@RESOURCES
def test_what_online_holds_comes_back(resource: str) -> None:
    @given(draft=DRAFTS[resource])
    @settings(max_examples=150, deadline=None)
    def check(draft: Any) -> None:
        create = Create(resource=resource, draft=no_tax_codes(draft))
        draft = create.draft
        assert refused(create) == ()
        entity, body = sent(draft, resource)
        request = create_object(create, KNOWN)
        back = object_of(request.entity, decoded(encoded(answered(entity, body, tax_percent="8.25"))), KNOWN)
        assert type(back) is type(draft)
        assert list(lost(draft, back)) == []
        assert set(differences(create, back)) <= allowed(draft)
        if isinstance(draft, Sale):
            check_tax(draft, back)

    check()


def no_tax_codes(draft: Any) -> Any:
    """In a sale that is to have no tax, no line is taxable, whatever it said."""
    if not isinstance(draft, Sale) or draft.tax_mode != "none":
        return draft
    values = {name: getattr(draft, name) for name in draft.__struct_fields__}
    lines = tuple(
        type(line)(**{name: getattr(line, name) for name in line.__struct_fields__ if name != "sales_tax_code"})
        for line in draft.lines
    )
    return type(draft)(**{**values, "lines": lines})


def allowed(draft: Any) -> set[str]:
    """Prices that are not what the amount comes to are left away, and told."""
    lines = getattr(draft, "lines", ())
    return {
        f"lines[{number}].rate"
        for number, line in enumerate(lines)
        if isinstance(line, SalesLine) and line.rate is not None and line.amount is not None
    }


def check_tax(draft: Sale, back: Any) -> None:
    if draft.tax_mode == "override_total":
        assert (back.tax_mode, back.sales_tax_total) == ("override_total", draft.tax_override)
    elif draft.tax_mode == "none":
        assert back.sales_tax_total == 0
    else:
        taxable = sum(
            (amount_of(line, ()) for line in back.lines if isinstance(line, SalesLine) and is_taxable(line)), Decimal(0)
        )
        expected = (taxable * Decimal("0.0825")).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert (back.tax_mode, back.sales_tax_total) == ("computed", expected)


def is_taxable(line: SalesLine) -> bool:
    return line.sales_tax_code is not None and line.sales_tax_code.id == "TAX"


@RESOURCES
def test_the_emulator_understands_what_the_books_send(resource: str) -> None:
    """The two sides of the wire are read by the same rows the other way round: what is asked is what is wanted."""

    @given(draft=DRAFTS[resource])
    @settings(max_examples=100, deadline=None)
    def check(draft: Any) -> None:
        draft = no_tax_codes(draft)
        request = create_object(Create(resource=resource, draft=draft), KNOWN)
        create = create_of(request.entity, decoded(encoded(request.body)), KNOWN)
        assert create.resource == resource
        assert [place for place in lost(draft, create.draft) if not is_moved(place)] == []

    check()


def is_moved(place: str) -> bool:
    """Discounts are taken as amounts, and methods of shipping are kept beside."""
    return place.endswith("rate_percent") or "rate_percent:" in place or place.startswith("shipping_method")


@given(invoice=invoices(), other=invoices(), names=st.sets(st.sampled_from(sorted(set(SALE) - {"lines"}))))
@settings(max_examples=150, deadline=None)
def test_an_update_changes_what_it_names_and_nothing_else(invoice: Invoice, other: Invoice, names: set[str]) -> None:
    request = create_object(Create(resource="invoices", draft=invoice), KNOWN)
    current = answered("Invoice", request.body)
    before: Any = object_of(request.entity, current, KNOWN)
    changes = {name: getattr(other, name) for name in names}
    update = Update(resource="invoices", id="700", revision="0", changes=changes)
    after: Any = object_of(
        request.entity, answered("Invoice", decoded(encoded(update_object(update, current, KNOWN).body))), KNOWN
    )
    for name in before.__struct_fields__:
        if name == "due_date" and name not in changes and "terms" in changes:
            assert after.due_date is None, "Intuit finds it by the new terms"
        elif name != "revision":
            assert getattr(after, name) == (changes[name] if name in changes else getattr(before, name)), name
    assert after.revision == "1"
    assert differences(update, after) == ()


@given(invoice=invoices(), data=st.data())
@settings(max_examples=150, deadline=None)
def test_lines_that_are_not_changed_stay_as_they_are(invoice: Invoice, data: st.DataObject) -> None:
    request = create_object(Create(resource="invoices", draft=invoice), KNOWN)
    current = answered("Invoice", request.body)
    before: Any = object_of(request.entity, current, KNOWN)
    kept = data.draw(st.lists(st.booleans(), min_size=len(before.lines), max_size=len(before.lines)))
    fresh = LineChange(id="-1", changes={"item": before.customer, "amount": Decimal("1.00")})
    staying = [line for line, keep in zip(before.lines, kept, strict=True) if keep]
    changes = [LineChange(id=line.id, changes={}, is_group=isinstance(line, SalesLineGroup)) for line in staying]
    update = Update(resource="invoices", id="700", revision="0", changes={"lines": (fresh, *changes)})
    body = update_object(update, current, KNOWN).body
    after: Any = object_of(request.entity, answered("Invoice", body), KNOWN)
    assert list(after.lines[1:]) == staying
    assert (after.lines[0].item.id, after.lines[0].amount) == (before.customer.id, Decimal("1.00"))
    assert differences(update, after) == ()
