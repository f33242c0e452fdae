"""The invariants see what they are there to see: each kind of unsound books is told, and sound ones are not."""

from collections.abc import Mapping
from typing import Any

import pytest

from counterfoil.ledger.invariants import LedgerFacts, violations

SOUND: Mapping[str, Any] = {
    "balances": {"receivables": 5000, "payables": -3000, "tax": -300, "money": -1700},
    "receivables": frozenset({"receivables"}),
    "payables": frozenset({"payables"}),
    "tax_accounts": frozenset({"tax"}),
    "open_by_account": {"receivables": 5000, "payables": -3000},
    "taxes": 300,
    "unbalanced": (),
    "open_amounts": {"invoice": (6000, 5000, 1000), "bill": (3000, 3000, 0)},
    "never_posted": {"estimate": 0},
}


def test_sound_books_have_no_violation() -> None:
    assert violations(LedgerFacts(**SOUND)) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"open_by_account": {"receivables": 5000, "payables": -2900}}, "payables account payables holds -3000"),
        ({"open_by_account": {"receivables": 5000}}, "payables account payables holds -3000, open balances make 0"),
        ({"open_by_account": {"receivables": 5001, "payables": -3000}}, "receivables account receivables holds 5000"),
        ({"taxes": 301}, "sales tax payable is 300, the taxes of all sales make 301"),
        ({"never_posted": {"estimate": 2}}, "transaction estimate must not be posted, and has 2 postings"),
        ({"unbalanced": ("bill",)}, "transaction bill does not balance"),
        ({"open_amounts": {"bill": (3000, 3001, 0)}}, "transaction bill: 3001 is open of 3000"),
        ({"open_amounts": {"bill": (3000, 2000, 500)}}, "transaction bill: total 3000, applied 500, but open 2000"),
    ],
)
def test_unsound_books_are_told(change: Mapping[str, Any], told: str) -> None:
    assert told in violations(LedgerFacts(**{**SOUND, **change}))[0]
