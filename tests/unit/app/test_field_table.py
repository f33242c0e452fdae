"""The table of fields: it is not stale, and it says of well-known fields what becomes of them."""

from pathlib import Path

import pytest

from counterfoil.app import field_table
from counterfoil.app.field_page import Dialect
from counterfoil.app.field_table import CHARGEOVER, SNAPBOOKS, Untold
from counterfoil.dialects.chargeover.table import Sent
from counterfoil.dialects.conductor.read import read_create
from counterfoil.dialects.conductor.tables import TABLES
from counterfoil.dialects.snapbooks.fields import Field, Form, Request
from counterfoil.dialects.snapbooks.values import FLAG
from counterfoil.model.kinds import Flag

DIALECTS = (field_table.conductor, field_table.qube_sync, field_table.snap_books, field_table.charge_over)
MOST_LINES = 900


def outcomes(dialect: Dialect) -> dict[tuple[str, str], str]:
    """Section and first spelling → what becomes of the field."""
    return {
        (section.title, entry.field.split(", ")[0].strip("`")): entry.cells[2]
        for section in dialect.sections
        for entry in section.entries
    }


def test_the_document_is_up_to_date() -> None:
    text = field_table.FILE.read_text()
    assert text == field_table.document(), "run python -m counterfoil.app.field_table"
    assert len(text.splitlines()) < MOST_LINES


def test_a_stale_document_is_told_and_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(field_table, "FILE", tmp_path / "reference" / "fields.md")
    assert field_table.main(["--check"]) == 1
    assert field_table.main([]) == 0
    assert field_table.main(["--check"]) == 0
    field_table.FILE.write_text(field_table.FILE.read_text() + "more\n")
    assert field_table.main(["--check"]) == 1


@pytest.mark.parametrize(
    ("dialect", "section", "field", "outcome"),
    [
        (0, "`invoices`", "customerId", "held"),
        (0, "`customers`", "priceLevelId", "refused"),
        (0, "`service-items`", "unitOfMeasureSetId", "refused"),
        (0, "`item-groups`", "clearItemLines", "held"),
        (0, "`discount-items`", "updateExistingTransactionsAccount", "ignored"),
        (1, "`invoices`", "transaction_date", "held"),
        (1, "Within `lines`", "rate", "held"),
        (1, "Within `lines`", "price_level_list_id", "refused, assumed (LINE_KEYS)"),
        (2, "`POST and PUT /invoice`", "company", "kept beside, assumed (address)"),
        (2, "`POST and PUT /invoice`", "invoiceDate", "held"),
        (2, "`POST and PUT /customer`", "exemptReasonId", "kept beside, assumed (EXEMPT_REASONS)"),
        (3, "`invoice`", "custom_7", "kept beside"),
        (3, "`invoice`", "taxes", "held, assumed (FIELDS)"),
        (3, "`invoice`, action `pay`; within `paymethods`", "cvv", "ignored"),
    ],
)
def test_a_field_has_the_outcome_that_users_meet(dialect: int, section: str, field: str, outcome: str) -> None:
    assert outcomes(DIALECTS[dialect]())[section, field] == outcome


def test_every_key_of_a_create_body_is_in_the_table() -> None:
    """By the reader's own account of what an invoice may bring."""
    known = {field for section, field in outcomes(field_table.conductor()) if section == "`invoices`"}
    needed = {"customerId": "1", "transactionDate": "2026-03-02"}
    assert read_create(TABLES["invoices"], needed)
    sent = {row.sent for row in TABLES["invoices"].rows if row.in_body("c")}
    assert needed.keys() <= sent <= known


def test_what_is_only_read_has_no_section() -> None:
    titles = {section.title for section in field_table.conductor().sections}
    assert titles.isdisjoint({"`templates`", "`company`", "`preferences`"})


def test_each_assumption_that_a_field_names_is_told() -> None:
    for dialect in (each() for each in DIALECTS):
        named = {entry.assumption for section in dialect.sections for entry in section.entries} - {None}
        assert named <= dialect.assumptions.keys()
        assert all(dialect.assumptions.values())


def test_a_field_that_nobody_has_told_of_is_named() -> None:
    with pytest.raises(Untold, match=r"invoice\.rush"):
        field_table._chargeover_entry("invoice", Sent("rush", Flag(), handled=True))
    with pytest.raises(Untold, match=r"invoice\.rush"):
        field_table._snapbooks_entry(Form("invoice_create", Request, ()), Field("rush", "rush", FLAG))


def test_nothing_is_told_of_fields_that_do_not_exist() -> None:
    spelled = {field for dialect in DIALECTS for _, field in outcomes(dialect())}
    assert {name.partition(".")[2] for name in (*SNAPBOOKS, *CHARGEOVER)} <= spelled
