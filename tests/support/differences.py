"""Where QuickBooks Desktop and the embedded books differ for a good reason: every test that shows it, by its name.

`docs/reference/desktop-differences.md` is made of this table: `python -m tests.support.differences`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "desktop-differences.md"


@dataclass(frozen=True, slots=True)
class Difference:
    """A test that must fail on desktop books, what the two kinds of books do, and why it is right that they differ."""

    test: str
    subject: str
    embedded: str
    desktop: str
    reason: str


DIFFERENCES: Final = (
    Difference(
        test="tests/clients/test_conductor_errors.py::test_the_books_tell_all_that_they_refuse_at_once",
        subject="Several mistakes that only the books can see",
        embedded="tells them all at once, each with its place",
        desktop="tells the first one; the others show when that one is mended",
        reason="QuickBooks answers a request with one status. Where its words quote a value of the request, the place "
        "of that value is told beside them.",
    ),
    Difference(
        test="tests/clients/test_conductor.py::test_a_second_tax_line_needs_an_amount",
        subject="The line that a refusal is about",
        embedded="names the line (`lines[3].amount`)",
        desktop="names the line only where QuickBooks' words quote a value that stands in it",
        reason="QuickBooks says what is missing, and not in which line.",
    ),
    Difference(
        test="tests/clients/test_conductor_company.py::test_a_customer_keeps_what_is_sent",
        subject="Characters that Windows-1252 has not, such as ✓",
        embedded="are kept",
        desktop="are respelled (`?` where there is no spelling), which the header `Counterfoil-Warnings` tells; or "
        "refused, or left out, as the connection's text policy says",
        reason="QuickBooks Desktop keeps its texts in Windows-1252.",
    ),
)

OF_THEIR_NATURE: Final = (
    (
        "How long a write takes",
        "It is in the books when the answer comes: the transaction that stores the request carries it out.",
        "It waits for the Web Connector, at most as long as the caller waits. What has not left by then is withdrawn "
        "(504, `outcome` `not_applied`); what has left comes to its end, and a re-send is told of it.",
    ),
    (
        "Books that cannot be reached",
        "There are none.",
        "A connection that was never set up, is offline, paused or in trouble answers 409 (502 where QuickBooks has a "
        "code for it) at once, and nothing is stored.",
    ),
    (
        "Cursors of lists",
        "Work for ever.",
        "Live as long as the session with QuickBooks in which they were made; then `CURSOR_EXPIRED` (400).",
    ),
    (
        "Words of a refusal",
        "Counterfoil's own.",
        "QuickBooks' own, behind its status code, where Counterfoil does not know their meaning.",
    ),
    (
        "What QuickBooks has no element for, such as a tax override or a currency's exchange rate",
        "Is kept.",
        "Is refused, so that it is not lost in silence.",
    ),
    (
        "The parts of a sale's tax, by agency",
        "Are told where a dialect has a place for them.",
        "Are not told: QuickBooks tells the tax of a sale in one sum.",
    ),
    (
        "An invoice's total, and whether a sale was voided",
        "Are stored.",
        "Are made of what QuickBooks tells: the sum of subtotal and tax, and the memo's `VOID:` where all amounts are "
        "nil.",
    ),
    (
        "When the company's own data and its preferences were changed",
        "Is told.",
        "Is not told by QuickBooks.",
    ),
    (
        "The home-currency balance of a bill or a vendor credit, a vendor credit's address, and what a payment to a "
        "vendor has left",
        "Are told where a dialect has a place for them.",
        "Are not told by QuickBooks.",
    ),
    (
        "An employee's name",
        "Is whatever it is said to be.",
        "Is made of first, middle and last name. Another one is refused.",
    ),
    (
        "Payments to vendors by card",
        "Can be changed. Stand among those by check, in the order in which they were made.",
        "Cannot be changed: QuickBooks has no message for it. In a list page by page they come after all those by "
        "check, each page holding one kind; a page of those by check comes first even where there are none (shown by "
        "`tests/contract/books/test_purchases.py`).",
    ),
    (
        "Who worked",
        "Is an employee or a vendor, as it was said.",
        "Is an employee where QuickBooks' list of employees has them, and else told as a vendor: QuickBooks also has "
        "other names, which may work, and does not say which it was.",
    ),
    (
        "A bill with a group of items",
        "Is refused.",
        "Is told without the group's lines where somebody made it in QuickBooks; its total is right all the same. "
        "Whoever then changes the lines takes the group away, as QuickBooks keeps no line that is not named.",
    ),
)
"""What no test of both books can show: the subject, then what the embedded and the desktop books do."""

HEAD: Final = """# Embedded and desktop books: where they differ

Whatever can be asked through an API gets the same answer from the embedded books and from QuickBooks Desktop, but for
what is listed here. The tests of the Conductor dialect (`tests/clients/`) and the contract of the books
(`tests/contract/books/`) run on both. This page is made of the tests' own table (`tests/support/differences.py`); a
test that is in it must fail on desktop books, and no other may.

"""


def listed(item: pytest.Item) -> Difference | None:
    """The row of a test that is about to run on desktop books."""
    name = item.nodeid.partition("[")[0]
    return next((each for each in DIFFERENCES if each.test == name), None)


def page() -> str:
    """The page for readers."""
    rows = [(each.subject, each.embedded, f"{each.desktop}. {each.reason}") for each in DIFFERENCES]
    return f"{HEAD}## Shown by tests\n\n{_table(rows)}\n## By their nature\n\n{_table(OF_THEIR_NATURE)}"


def _table(rows: list[tuple[str, str, str]] | tuple[tuple[str, str, str], ...]) -> str:
    lines = ["| subject | embedded books | desktop books |", "|---|---|---|"]
    lines += [f"| {' | '.join(_sentence(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") or " " not in text else f"{text}."


if __name__ == "__main__":
    PAGE.write_text(page())
