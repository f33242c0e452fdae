"""The description for machines is whole, and describes what is served."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from counterfoil.dialects.chargeover.openapi import document
from counterfoil.dialects.chargeover.sale_lines import LINE_ROWS
from counterfoil.dialects.chargeover.table import ObjectType, Sent
from counterfoil.dialects.chargeover.types import TYPES
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.kinds import To
from counterfoil.model.lines import SalesLine
from counterfoil.model.shape import fields_of


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for each in part.values():
            yield from references(each)
    elif isinstance(part, list):
        for each in part:
            yield from references(each)


def test_it_is_json_and_every_reference_leads_somewhere() -> None:
    described = json.loads(json.dumps(document()))
    assert described["openapi"] == "3.1.0"
    for reference in references(described):
        part = described
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]


@pytest.mark.parametrize("type_", TYPES.values(), ids=TYPES)
def test_each_type_is_described_with_every_field(type_: ObjectType) -> None:
    schemas = document()["components"]["schemas"]
    assert list(schemas[type_.name]["properties"]) == [each.name for each in type_.columns if each.shown]
    for row in type_.rows:
        assert row.name in schemas[f"{type_.name}_sent"]["properties"]
    paths = document()["paths"]
    assert ("post" in paths[f"/api/v3/{type_.name}"]) == (type_.create is not None)
    for action in type_.actions:
        assert "post" in paths[f"/api/v3/{type_.name}/{{id}}/_action/{action}"]


@pytest.mark.parametrize("type_", TYPES.values(), ids=TYPES)
def test_no_two_fields_have_one_name(type_: ObjectType) -> None:
    for rows in (type_.rows, type_.line_rows):
        names = [name for row in rows for name in (row.name, *row.also)]
        assert len(names) == len(set(names))
    columns = [column.name for column in type_.columns]
    assert len(columns) == len(set(columns))


def test_what_goes_to_the_books_has_a_place_there() -> None:
    """Each row of a request leads to a field of the model, and a reference to what may stand there."""
    for type_ in TYPES.values():
        for row in type_.rows:
            if row.to and type_.name in ("invoice", "customer", "class", "terms"):
                check(row, CATALOGUE[type_.resources[0]].model)
    for row in LINE_ROWS:
        if row.to:
            check(row, SalesLine)


def check(row: Sent, model: Any) -> None:
    *path, last = row.to.split(".")
    for step in path:
        kind: Any = fields_of(model)[step].kind
        model = kind.struct
    field = fields_of(model)[last]
    if isinstance(row.kind, To):
        assert isinstance(field.kind, To)
        assert set(row.kind.resources) <= set(field.kind.resources)
