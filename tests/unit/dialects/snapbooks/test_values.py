"""Values as callers write them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.dialects.snapbooks.values import (
    DAY,
    DOCUMENT_NUMBER,
    FLAG,
    IDENTIFIER,
    MONEY,
    PAID,
    TAX_CODE,
    Flaw,
    Value,
    text,
)


@pytest.mark.parametrize(
    ("value", "given", "meant"),
    [
        (DOCUMENT_NUMBER, 557822360, "557822360"),
        (DOCUMENT_NUMBER, " INV-1 ", "INV-1"),
        (DOCUMENT_NUMBER, "", None),
        (DOCUMENT_NUMBER, "x" * 21, "x" * 21),
        (IDENTIFIER, 59, "59"),
        (IDENTIFIER, "059", "59"),
        (IDENTIFIER, Decimal("200200000000000016356"), "200200000000000016356"),
        (IDENTIFIER, "0", "0"),
        (DAY, "1/23/2022", date(2022, 1, 23)),
        (DAY, "03/04/2019", date(2019, 3, 4)),
        (DAY, "12/18/18", date(2018, 12, 18)),
        (DAY, "2019-03-04", date(2019, 3, 4)),
        (DAY, "2019-03-04T10:00:00Z", date(2019, 3, 4)),
        (DAY, " ", None),
        (MONEY, "5.99", Decimal("5.99")),
        (MONEY, 5, Decimal(5)),
        (MONEY, Decimal("5.990"), Decimal("5.99")),
        (FLAG, "TRUE", True),
        (FLAG, 0, False),
        (TAX_CODE, "tax", True),
        (TAX_CODE, False, False),
        (TAX_CODE, 5, "5"),
        (text(5), 12, "12"),
    ],
)
def test_tolerated(value: Value, given: Any, meant: Any) -> None:
    assert value.read(given) == meant


@pytest.mark.parametrize(
    ("value", "given", "kind"),
    [
        (DOCUMENT_NUMBER, 1.5, "wrong_type"),
        (DOCUMENT_NUMBER, Decimal("557822360.0"), "wrong_type"),
        (DOCUMENT_NUMBER, True, "wrong_type"),
        (DOCUMENT_NUMBER, "x" * 22, "too_long"),
        (IDENTIFIER, -1, "wrong_type"),
        (IDENTIFIER, "5a", "wrong_type"),
        (IDENTIFIER, "٣", "wrong_type"),
        (IDENTIFIER, True, "wrong_type"),
        (DAY, "23/1/2022", "wrong_type"),
        (DAY, "2/30/2022", "wrong_type"),
        (DAY, "1/23/022", "wrong_type"),
        (DAY, 20220123, "wrong_type"),
        (MONEY, "5.999", "out_of_range"),
        (MONEY, -1, "out_of_range"),
        (MONEY, Decimal("1E+400"), "out_of_range"),
        (MONEY, "NaN", "wrong_type"),
        (MONEY, True, "wrong_type"),
        (PAID, 0, "out_of_range"),
        (FLAG, "yes", "wrong_type"),
        (TAX_CODE, "VAT", "wrong_type"),
        (text(5), "abcdef", "too_long"),
        (text(5), "a\x00", "wrong_type"),
        (text(5), [], "wrong_type"),
    ],
)
def test_refused(value: Value, given: Any, kind: str) -> None:
    with pytest.raises(Flaw) as caught:
        value.read(given)
    assert caught.value.kind == kind
