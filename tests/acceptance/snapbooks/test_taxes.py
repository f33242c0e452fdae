"""A tax that callers reckon themselves stays theirs to the cent, and its split sums exactly."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.acceptance.snapbooks.office import Office, opened

INVOICE = "/api/v1/invoice"
US_RATES = (Fraction(625, 10000), Fraction(200, 10000))
CANADIAN_RATES = {"5": Fraction(13, 100), "3": Fraction(5, 100)}

Line = tuple[int, bool]
LINES = st.lists(st.tuples(st.integers(1, 500_000), st.booleans()), min_size=1, max_size=5)
TAX = st.integers(0, 100_000)


def half_up(cents: Fraction) -> int:
    return int((cents + Fraction(1, 2)) // 1)


def split(total: int, weights: list[int]) -> list[int]:
    """Each part is what the rounded running total grows by."""
    whole = sum(weights)
    if not whole:
        return [0, total]
    marks = [half_up(Fraction(total * sum(weights[:count]), whole)) for count in range(len(weights) + 1)]
    return [after - before for before, after in pairwise(marks)]


def expected(lines: list[Line], tax: int | None) -> list[int]:
    """The cents of each rate."""
    base = sum(cents for cents, taxed in lines if taxed)
    weights = [half_up(base * rate) for rate in US_RATES]
    return weights if tax is None else split(tax, weights)


def dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def cents(text: str | None) -> int:
    return int(Decimal(text or "0") * 100)


def tax_lines(invoice: dict[str, Any]) -> list[int]:
    found = invoice["TxnTaxDetail"]["TaxLine"] or []
    return [cents(line["Amount"]) for line in (found if isinstance(found, list) else [found])]


def sent(lines: list[Line]) -> list[dict[str, Any]]:
    return [
        {"productService": 21, "billAmount": dollars(amount), "taxCodeRef": "TAX" if taxed else "NON"}
        for amount, taxed in lines
    ]


def check(office: Office, number: str, lines: list[Line], tax: int | None, paid: int = 0) -> None:
    """The stored invoice has this tax and this split, and adds up."""
    invoice = office.told("GET", f"{INVOICE}?docNumber={number}")["invoice"]
    parts = expected(lines, tax)
    assert cents(invoice["TxnTaxDetail"]["TotalTax"]) == sum(parts)
    assert sum(tax_lines(invoice)) == sum(parts)
    assert [part for part in tax_lines(invoice) if part] == [part for part in parts if part]
    total = sum(amount for amount, _ in lines) + sum(parts)
    assert (cents(invoice["TotalAmt"]), cents(invoice["Balance"])) == (total, total - paid)


def numbered() -> Callable[[], str]:
    count = iter(range(1, 10_000))
    return lambda: f"TAX-{next(count)}"


def test_an_override_through_its_whole_life(tmp_path: Path) -> None:
    name = numbered()
    with opened(tmp_path / "data") as office:

        @given(lines=LINES, tax=TAX, changed=LINES, again=TAX, paid=st.integers(1, 50_000))
        @settings(max_examples=40, deadline=None)
        def live(lines: list[Line], tax: int, changed: list[Line], again: int, paid: int) -> None:
            number = name()
            body = {"invoiceNumber": number, "customerId": 59, "lineItems": sent(lines), "totalTaxOverride": tax / 100}
            office.told("POST", INVOICE, body)
            check(office, number, lines, tax)
            office.told("PUT", INVOICE, {"invoiceNumber": number, "note": "tax untouched"})
            check(office, number, lines, tax)
            body = {"invoiceNumber": number, "lineItems": sent(changed), "totalTaxOverride": dollars(again)}
            office.told("PUT", INVOICE, body)
            check(office, number, changed, again)
            total = sum(amount for amount, _ in changed) + again
            office.told("POST", f"{INVOICE}/payment", {"invoiceNumber": number, "amount": dollars(paid)})
            check(office, number, changed, again, min(paid, total))
            office.told("PUT", INVOICE, {"invoiceNumber": number, "lineItems": sent(changed)})
            office.told("PUT", "/v1/invoice-void", {"invoiceNumber": number})
            invoice = office.told("GET", f"{INVOICE}?docNumber={number}")["invoice"]
            assert (invoice["TxnTaxDetail"]["TotalTax"], invoice["Balance"], tax_lines(invoice)) == ("0", "0", [])

        live()
        assert office.violations() == []


def test_computed_taxes_in_both_countries(tmp_path: Path) -> None:
    name = numbered()
    with opened(tmp_path / "data") as office:

        @given(lines=LINES)
        @settings(max_examples=25, deadline=None)
        def compute(lines: list[Line]) -> None:
            number = name()
            office.told("POST", INVOICE, {"invoiceNumber": number, "customerId": 59, "lineItems": sent(lines)})
            check(office, number, lines, None)
            coded = [
                {"productService": 12, "billAmount": dollars(amount), "taxCodeRef": "5" if high else "3"}
                for amount, high in lines
            ]
            body = {"customerId": 3, "lineItems": coded}
            told = office.told("POST", INVOICE, body, company="CA")["invoice"]
            bases = {code: sum(amount for amount, high in lines if high == (code == "5")) for code in CANADIAN_RATES}
            wanted = sorted(half_up(base * CANADIAN_RATES[code]) for code, base in bases.items() if base)
            assert sorted(tax_lines(told)) == wanted
            assert cents(told["TxnTaxDetail"]["TotalTax"]) == sum(wanted)

        compute()
        assert office.violations() == []


def test_the_reckoning_agrees_with_the_printed_answer() -> None:
    """5.00 on 5.00 at 3.55, 1.3 and 4.5 percent, whose taxes round to 18, 7 and 22 cents: 1.91, 0.75 and 2.34."""
    assert split(500, [18, 7, 22]) == [191, 75, 234]
