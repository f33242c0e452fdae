"""What Intuit refuses of a request before its books see it, beyond what the rows say."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from counterfoil.core.money import rounded
from counterfoil.core.problems import Place, Problem
from counterfoil.wire.qbo.faults import BUSINESS, IntuitFault
from counterfoil.wire.qbo.maps.purchase_lines import DETAILS
from counterfoil.wire.qbo.maps.purchase_lines import KINDS as KINDS_OF_PURCHASES
from counterfoil.wire.qbo.read import UNREADABLE, said
from counterfoil.wire.qbo.table import EXEMPT, TAXABLE, Entity, Json, Known, decimal

Wrong = Problem | IntuitFault

KINDS_OF_LINES: Final = frozenset(
    {
        "SalesItemLineDetail",
        "DescriptionOnly",
        "DiscountLineDetail",
        "GroupLineDetail",
        "SubTotalLineDetail",
        "SubtotalLineDetail",
        "TaxLineDetail",
    }
)
NO_NAME: Final = IntuitFault(
    code="6080",
    message="No Name Provided",
    detail="No name provided. : At least one of Title, GivenName, MiddleName, FamilyName, Suffix or DisplayName is "
    "required.",
    type="ValidationFault",
)
NO_AMOUNT: Final = IntuitFault(
    code=BUSINESS.code,
    message=BUSINESS.message,
    detail="Business Validation Error: You must set a transaction amount.",
    type="ValidationFault",
    kind="business",
)
MISSING: Final[Mapping[str, IntuitFault]] = {"DisplayName": NO_NAME, "TotalAmt": NO_AMOUNT}
"""What Intuit says in words of its own where one of these is missing."""

CALCULATIONS: Final = frozenset({"TaxExcluded", "TaxInclusive", "NotApplicable"})
FORBIDDEN: Final = frozenset(":\t\n\r")
"""What no name of a person or of an item may hold."""


def missing(entity: Entity, given: Json) -> Iterator[Wrong]:
    """What the rows require and the request does not say."""
    for row in entity.rows:
        if row.required and given.get(row.key) in (None, "", []):
            yield MISSING.get(row.key) or Problem("required", (row.key,))


def checked(entity: Entity, given: Json, known: Known) -> Iterator[Wrong]:
    for key in ("DisplayName", "Name"):
        name = given.get(key)
        if isinstance(name, str) and any(row.key == key for row in entity.rows) and not FORBIDDEN.isdisjoint(name):
            yield Problem("name_invalid", (key,), {"value": name})
    yield from _calculation(given.get("GlobalTaxCalculation"), known)
    if any(row.field == "lines" and row.key == "Line" for row in entity.rows) and given.get("Line") is not None:
        bought = any(row.key == "VendorRef" for row in entity.rows)
        yield from _lines(given["Line"], KINDS_OF_PURCHASES if bought else KINDS_OF_LINES, known)


def _calculation(word: Any, known: Known) -> Iterator[Wrong]:
    """How amounts stand to their tax. American companies heed none of it, and nobody here takes tax out of amounts."""
    if word in (None, ""):
        return
    if not isinstance(word, str) or word not in CALCULATIONS:
        yield Problem("wrong_type", ("GlobalTaxCalculation",), {"expected": "a known word", "received": str(word)[:40]})
    elif word == "TaxInclusive" and known.is_canadian:
        yield Problem("not_enabled", ("GlobalTaxCalculation",), {"feature": "amounts that include their tax"})


def _lines(lines: Any, kinds: frozenset[str], known: Known) -> Iterator[Wrong]:
    if not isinstance(lines, list):
        yield Problem("wrong_type", ("Line",), {"expected": "a list", "received": type(lines).__name__})
        return
    for number, line in enumerate(lines):
        yield from _line(line, ("Line", number), kinds, known)


def _line(line: Any, place: Place, kinds: frozenset[str], known: Known) -> Iterator[Wrong]:
    if not isinstance(line, dict):
        yield Problem("wrong_type", place, {"expected": "an object", "received": type(line).__name__})
        return
    kind = line.get("DetailType")
    if not isinstance(kind, str) or kind not in kinds:
        where = (*place, "DetailType")
        if kind in (None, ""):
            yield Problem("required", where)
        else:
            yield Problem("not_a_choice", where, {"value": str(kind)[:40], "choices": ", ".join(sorted(kinds))})
        return
    detail = line.get(kind)
    if detail is not None and not isinstance(detail, dict):
        yield Problem("wrong_type", (*place, kind), {"expected": "an object", "received": type(detail).__name__})
        return
    if kind == "SalesItemLineDetail":
        yield from _sold(line, detail or {}, place, known)
    elif kind in DETAILS and not said(line, "Amount"):
        yield Problem("required", (*place, "Amount"))


def _sold(line: Json, detail: Json, place: Place, known: Known) -> Iterator[Wrong]:
    if not said(line, "Amount"):
        yield Problem("required", (*place, "Amount"))
        return
    numbers: list[Decimal | None] = []
    for holder, key, where in (
        (line, "Amount", (*place, "Amount")),
        (detail, "Qty", (*place, "SalesItemLineDetail", "Qty")),
        (detail, "UnitPrice", (*place, "SalesItemLineDetail", "UnitPrice")),
    ):
        try:
            numbers.append(decimal(holder[key]) if said(holder, key) else None)
        except UNREADABLE:
            expected = "an amount" if key == "Amount" else "a number"
            yield Problem("wrong_type", where, {"expected": expected, "received": str(holder[key])[:40]})
            return
    yield from _multiplied(numbers, place)
    yield from _tax_code(detail, place, known)


def _multiplied(numbers: list[Decimal | None], place: Place) -> Iterator[Wrong]:
    """Price times quantity is the amount. Clients send both as nil where they mean neither."""
    amount, quantity, price = numbers
    if amount is None or quantity is None or price is None or not (quantity or price):
        return
    if rounded(quantity * price) != rounded(amount):
        yield IntuitFault(
            code="6070",
            message="Amount calculation incorrect in the request",
            detail=f"Amount is not equal to UnitPrice * Qty. Supplied value:{amount}",
            element=f"Line[{place[-1]}].Amount",
            type="ValidationFault",
        )


def _tax_code(detail: Json, place: Place, known: Known) -> Iterator[Wrong]:
    code = detail.get("TaxCodeRef")
    value = code.get("value") if isinstance(code, dict) else code
    if known.is_canadian or value in (None, "", TAXABLE, EXEMPT):
        return
    yield IntuitFault(
        code="6100",
        message="Invalid Line TaxCode",
        detail=f"Valid Line TaxCodes for US should be TAX or NON. Supplied value:{value}",
        element=f"Line[{place[-1]}].SalesItemLineDetail.TaxCodeRef",
        type="ValidationFault",
    )
