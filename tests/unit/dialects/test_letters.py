"""Post in every dialect, of everything that may happen: always JSON, always the same, with the right ids."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.happenings import CONNECTION, MOMENT, WHATS, events, whole

from counterfoil.app.renderers import renderers
from counterfoil.model.catalogue import RESOURCES, ResourceType
from counterfoil.model.event import SUBJECTS, Event

LETTERS: Final[Mapping[str, Any]] = renderers("https://books.example.com")
ID_IN: dict[str, Callable[[Any], Any]] = {
    "chargeover": lambda body: body["context_id"],
    "conductor": lambda body: body["data"]["object"].get("id"),
    "qube": lambda body: body["data"].get("id") or next(iter(body["data"].values())),
    "snapbooks": lambda body: body["data"]["object"].get("Id"),
    "standard": lambda body: body["data"]["object"]["id"],
}


def _read(body: bytes) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({name for name, _ in pairs}) == len(pairs), "a key is told twice"
        return dict(pairs)

    return json.loads(body, object_pairs_hook=once, parse_float=Decimal)


def _about(resource: ResourceType, what: str, thing: Any) -> Event:
    return Event(
        id="event-1",
        type=f"{SUBJECTS[resource.name]}.{what}",
        account_id="acme",
        connection_id=CONNECTION,
        subject_id="1A-1234567890",
        at=MOMENT,
        resource=thing,
    )


@pytest.mark.parametrize("dialect", LETTERS)
@given(event=events())
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_event_becomes_one_json_object_and_ever_the_same(dialect: str, event: Event) -> None:
    body = LETTERS[dialect].body(event)
    assert body == LETTERS[dialect].body(event)
    assert isinstance(_read(body), dict)
    assert isinstance(_read(LETTERS[dialect].bare(event)), dict)


@pytest.mark.parametrize("dialect", LETTERS)
@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.name)
@pytest.mark.parametrize("what", WHATS)
def test_an_object_with_every_field_filled_is_told_and_so_is_one_of_which_only_the_id_is_known(
    dialect: str, resource: ResourceType, what: str
) -> None:
    full = _read(LETTERS[dialect].body(_about(resource, what, whole(resource.model))))
    bare = _read(LETTERS[dialect].body(_about(resource, what, None)))
    assert full.keys() == bare.keys()
    assert ID_IN[dialect](bare) == "1A-1234567890"


@given(event=events(), data=st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_numbers_that_are_at_hand_stand_in_the_place_of_ids(event: Event, data: st.DataObject) -> None:
    for letters in (LETTERS["chargeover"], LETTERS["snapbooks"]):
        mentioned = letters.mentions(event)
        numbers = {space: {id: data.draw(st.integers(1, 10**9)) for id in ids} for space, ids in mentioned.items()}
        assert isinstance(_read(letters.body(event, numbers)), dict)


@given(event=events())
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_letter_names_its_connection(event: Event) -> None:
    for letters in LETTERS.values():
        body = letters.body(event)
        assert CONNECTION.encode() in body or CONNECTION.replace("-", "").encode() in body
