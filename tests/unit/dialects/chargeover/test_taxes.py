"""What a caller's taxes mean, and how the tax of a sale is told line by line."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.problems import Problem
from counterfoil.dialects.chargeover.taxes import asked, line_taxes, whole_tax
from counterfoil.dialects.chargeover.values import Flaw
from counterfoil.model.lines import SalesLine
from counterfoil.model.sales import Invoice

cents = st.integers(0, 10**7).map(lambda each: Decimal(each).scaleb(-2))


def test_silence_asks_for_nothing_and_null_for_computation() -> None:
    problems: list[Problem] = []
    assert asked({}, [{}], problems) == {}
    assert asked({"taxes": None}, [{}], problems) == {"tax_mode": "computed", "tax_override": None}
    assert asked({"taxes": Decimal(0)}, [{}], problems)["tax_mode"] == "override_total"
    assert asked({}, [{"tax_total": Decimal(0)}], problems)["tax_mode"] == "override_lines"
    assert problems == []


@pytest.mark.parametrize(("whole", "agree"), [("3.00", True), ("3.01", False)])
def test_taxes_of_lines_and_of_the_whole_must_agree(whole: str, agree: bool) -> None:
    problems: list[Problem] = []
    lines = [{"tax_total": Decimal(1)}, {"tax_total": Decimal(2)}]
    assert asked({"taxes": Decimal(whole)}, lines, problems)["tax_mode"] == "override_lines"
    assert (problems == []) is agree


@pytest.mark.parametrize("wrong", [-1, "1.234", [1], [{}], [{"amount": None}], {"amount": 1}, [{"amount": 1}] * 101])
def test_wrong_taxes_are_refused(wrong: Any) -> None:
    with pytest.raises(Flaw):
        whole_tax(wrong)


@given(st.lists(st.tuples(cents, st.booleans()), min_size=1, max_size=20), cents)
def test_the_taxes_of_the_lines_are_the_tax_of_the_sale(lines: list[tuple[Decimal, bool]], total: Decimal) -> None:
    sale = Invoice(tax_mode="override_total", sales_tax_total=total)
    told = line_taxes(sale, [SalesLine(amount=amount) for amount, _ in lines], [taxed for _, taxed in lines])
    assert sum(told) == total
    if any(taxed and amount for amount, taxed in lines):
        assert all(tax == 0 for tax, (_, taxed) in list(zip(told, lines, strict=True))[:-1] if not taxed)
