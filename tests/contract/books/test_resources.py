"""Every resource that can be made: made, read, found, changed and deleted, alike in all books."""

from typing import Any

import pytest
from msgspec import Struct
from tests.contract.books.bench import Bench
from tests.contract.books.samples import SAMPLES

from counterfoil.model.catalogue import CATALOGUE, RESOURCES
from counterfoil.model.command import Create, Delete, Update
from counterfoil.model.query import Filter, Select
from counterfoil.model.shape import Resource
from counterfoil.wire.qbxml.messages import BY_RESOURCE

GIVEN_BY_BOOKS = {"id", "created_at", "updated_at", "revision"}


def made(bench: Bench, name: str) -> Any:
    return bench.do(Create(resource=name, draft=bench.draft(name)))


def said(thing: Resource) -> dict[str, Any]:
    """The plain values that a draft says something with: what is made of it must have the very same."""
    empty = type(thing)()
    found = {name: getattr(thing, name) for name in thing.__struct_fields__ if name not in GIVEN_BY_BOOKS}
    return {
        name: value
        for name, value in found.items()
        if value != getattr(empty, name) and not isinstance(value, Struct | tuple)
    }


def values(thing: Any, names: Any) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def test_every_resource_that_can_be_made_is_tried() -> None:
    assert set(SAMPLES) == {
        row.name for row in RESOURCES if row.name in BY_RESOURCE and "A" in BY_RESOURCE[row.name].verbs
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_made_is_as_it_was_said_and_is_read_alike(bench: Bench, name: str) -> None:
    draft = bench.draft(name)
    thing = bench.do(Create(resource=name, draft=draft))
    assert values(thing, said(draft)) == said(draft)
    assert thing.id
    found = bench.read(name, thing.id)
    assert values(found, said(draft)) == said(draft)
    assert (found.revision, found.created_at) == (thing.revision, bench.house.clock.now())
    bench.check()


@pytest.mark.parametrize("name", [name for name, sample in SAMPLES.items() if sample.changes is not None])
def test_a_change_changes_what_it_names_and_nothing_else(bench: Bench, name: str) -> None:
    before = made(bench, name)
    changes = SAMPLES[name].changes or {}
    after = bench.do(Update(resource=name, id=before.id, revision=before.revision, changes=changes))
    plain = {key: value for key, value in changes.items() if not isinstance(value, tuple)}
    assert values(after, plain) == plain
    kept = said(before).keys() - changes.keys() - {"full_name"} - COMPUTED
    assert values(after, kept) == values(before, kept)
    assert after.revision != before.revision
    assert after.updated_at == bench.house.clock.now() > before.updated_at
    bench.check()


COMPUTED = {"unused_payment", "total_amount_in_home_currency", "total_amount"}


@pytest.mark.parametrize("name", [name for name, sample in SAMPLES.items() if sample.changes is not None])
def test_a_stale_revision_is_refused(bench: Bench, name: str) -> None:
    before = made(bench, name)
    changes = SAMPLES[name].changes or {}
    bench.do(Update(resource=name, id=before.id, revision=before.revision, changes=changes))
    problems = bench.refused(Update(resource=name, id=before.id, revision=before.revision, changes=changes))
    assert [problem.kind for problem in problems] == ["stale_revision"]


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_deleted_is_gone_and_listed_as_deleted(bench: Bench, name: str) -> None:
    thing = made(bench, name)
    gone = bench.do(Delete(resource=name, id=thing.id))
    label = thing.label if CATALOGUE[name].is_list else getattr(thing, "ref_number", None)
    assert (gone.id, gone.deleted_at) == (thing.id, bench.house.clock.now())
    bench.missing(name, thing.id)
    (told,) = [each for each in bench.deletions(name) if each.id == thing.id]
    assert (told.resource, told.label, told.deleted_at) == (name, label, gone.deleted_at)
    bench.check()


@pytest.mark.parametrize("name", SAMPLES)
def test_lists_hold_what_was_made_and_find_it_by_id(bench: Bench, name: str) -> None:
    before = bench.select(Select(resource=name))
    thing = made(bench, name)
    after = bench.select(Select(resource=name))
    assert [each.id for each in after] == [*(each.id for each in before), thing.id]
    assert [each.id for each in bench.select(Select(resource=name, ids=(thing.id,)))] == [thing.id]
    bench.refused_select(Select(resource=name, ids=(thing.id, "1-1")))


@pytest.mark.parametrize("name", SAMPLES)
def test_lists_are_found_by_when_they_were_changed(bench: Bench, name: str) -> None:
    thing = made(bench, name)
    now = bench.house.clock.now()
    since = Select(resource=name, filters=(Filter("updated_at", ">=", now),))
    until = Select(resource=name, filters=(Filter("updated_at", "<=", now - 1),))
    assert [each.id for each in bench.select(since)] == [thing.id]
    assert thing.id not in [each.id for each in bench.select(until)]


@pytest.mark.parametrize("name", [name for name in SAMPLES if CATALOGUE[name].is_list])
def test_lists_are_found_by_name_and_activity(bench: Bench, name: str) -> None:
    thing = made(bench, name)
    if name != "sales_representatives":
        found = bench.select(Select(resource=name, names=(thing.label.upper(),)))
        assert [each.id for each in found] == [thing.id]
    active = bench.select(Select(resource=name, filters=(Filter("is_active", "=", True),)))
    assert thing.id in [each.id for each in active]
    assert all(each.is_active for each in active)
    inactive = bench.select(Select(resource=name, filters=(Filter("is_active", "=", False),)))
    assert not any(each.is_active for each in inactive)


@pytest.mark.parametrize("name", [name for name in SAMPLES if CATALOGUE[name].is_list])
def test_a_name_is_used_once(bench: Bench, name: str) -> None:
    draft = bench.draft(name)
    bench.do(Create(resource=name, draft=draft))
    assert "name_in_use" in [problem.kind for problem in bench.refused(Create(resource=name, draft=draft))]


@pytest.mark.parametrize("name", ["company", "preferences", "templates"])
def test_what_cannot_be_made_is_read_alike(bench: Bench, name: str) -> None:
    if CATALOGUE[name].is_list:
        assert bench.select(Select(resource=name))
    else:
        assert bench.read(name, name) is not None
