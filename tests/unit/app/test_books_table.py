"""The table of books: it is not stale, and it says of well-known fields what becomes of them."""

from pathlib import Path

import pytest

from counterfoil.app import books_table


def outcomes(section: str) -> dict[str, tuple[str, ...]]:
    """Field → what embedded, desktop and online books do with it, as the document tells it."""
    text = books_table.document().split(f"## {section}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `")]
    return {
        name.strip(" `"): tuple(cell.strip() for cell in cells[1:]) for cells in rows for name in cells[0].split(",")
    }


def test_the_document_is_up_to_date() -> None:
    text = books_table.document()
    assert text == books_table.FILE.read_text(), "run python -m counterfoil.app.books_table"


def test_a_stale_document_is_told_and_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books_table, "FILE", tmp_path / "reference" / "books.md")
    assert books_table.main(["--check"]) == 1
    assert books_table.main([]) == 0
    assert books_table.main(["--check"]) == 0


@pytest.mark.parametrize(
    ("section", "field", "outcome"),
    [
        ("`invoices`", "customer", ("held", "held", "held")),
        ("`invoices`", "purchase_order_number", ("held", "held", "kept beside")),
        ("`invoices`", "is_pending", ("held", "held", "refused")),
        ("`invoices`", "external_id", ("held", "held, given at creation only", "kept beside")),
        ("`invoices`", "tax_override", ("held", "refused", "held")),
        ("`customers`", "price_level", ("refused", "held", "kept beside")),
        ("`templates`", "name", ("held", "not served", "not served")),
        ("Within `lines` of sales", "serial_number", ("held", "held", "kept beside")),
        ("Within `lines` of sales", "quantity", ("held", "held", "held")),
    ],
)
def test_what_becomes_of_a_field(section: str, field: str, outcome: tuple[str, ...]) -> None:
    assert outcomes(section)[field] == outcome
