"""Intuit's faults as problems: of our own kinds where one is meant, else in Intuit's words."""

from collections.abc import Iterator
from typing import Final

from counterfoil.core.problems import Problem
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.wire.qbo.faults import IntuitFault, problem_of

OBJECT_MISSING: Final = "object_missing"
STALE: Final = "stale_revision"
NAME_TAKEN: Final = "6240"
"""Intuit's code where somebody or something else has the name."""


def problems_of(
    fault: IntuitFault, resource: str, id: str = "", revision: str = "", name: str = ""
) -> tuple[Problem, ...]:
    """Every problem that a fault tells of an object, with what the object is; Intuit's own words stand beside ours.

    `name` is the one that was wanted for it.
    """
    return tuple(_named(each, resource, id, revision, name) for each in _all(fault))


def missing(resource: str, id: str) -> Problem:
    return Problem(OBJECT_MISSING, (), {"thing": _thing(resource), "value": id})


def stale(resource: str, id: str, revision: str) -> Problem:
    values = {"value": revision, "thing": CATALOGUE[resource].thing, "id": id}
    return Problem(STALE, (), values)


def not_in_online(resource: str) -> Problem:
    thing = CATALOGUE[resource].thing
    return Problem("not_enabled", (), {"feature": f"a {thing}, which QuickBooks Online does not have,"})


def _all(fault: IntuitFault) -> Iterator[IntuitFault]:
    yield fault
    yield from fault.others


def _named(fault: IntuitFault, resource: str, id: str, revision: str, name: str) -> Problem:
    said = {
        "intuit_code": fault.code,
        "intuit_message": fault.message,
        "intuit_detail": fault.detail,
        "intuit_element": fault.element,
    }
    ours = problem_of(fault)
    if fault.kind == "stale":
        ours = stale(resource, id, revision)
    elif fault.kind == "not_found" and id:
        ours = missing(resource, id)
    elif fault.code == NAME_TAKEN and name:
        ours = Problem("name_in_use", ("name",), {"value": name})
    return Problem(ours.kind, ours.place, {**ours.values, **said})


def _thing(resource: str) -> str:
    return CATALOGUE[resource].thing.capitalize()
