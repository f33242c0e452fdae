"""Employees and their time against documents written by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.wire.qbxml.by_hand import LIST, TXN, asks, changed, document, named, tells

from counterfoil.model.activities import TimeActivity
from counterfoil.model.addresses import Address
from counterfoil.model.command import Create
from counterfoil.model.people import Employee
from counterfoil.model.query import Filter, Page, Select
from counterfoil.model.values import Ref
from counterfoil.wire.qbxml.answer import answered
from counterfoil.wire.qbxml.questions import View
from counterfoil.wire.qbxml.serve import read_requests
from counterfoil.wire.qbxml.tree import parse, serialize
from counterfoil.wire.qbxml.write import needs_current, request_node, unspoken, with_what_stays

D = Decimal
JAN_25 = date(2026, 1, 25)
ADA = Employee(
    is_active=False,
    name="Ada B. Quill",
    salutation="Ms.",
    first_name="Ada",
    middle_name="B.",
    last_name="Quill",
    address=Address(line1="4 Mill Lane", city="Salem", state="OR", postal_code="97301"),
    name_on_check="A. Quill",
    phone="555-0100",
    mobile="555-0101",
    ssn="XXX-XX-XXXX",
    email="ada@example.com",
    gender="female",
    hired_date=JAN_25,
    released_date=date(2026, 12, 31),
    birth_date=date(1990, 2, 3),
    employee_number="E-12",
    note="Knows doors",
    external_id="6f1c2a9e-4b7d-4c1e-9a53-0d2f8b61c7aa",
)
WORKED = TimeActivity(
    transaction_date=JAN_25,
    employee=named("Ada B. Quill"),
    customer=named("Kowalski:Barn"),
    item=named("Fitting"),
    hours=7,
    minutes=30,
    class_=named("North"),
    description="Both doors",
    billable_status="billable",
)
WRITES: dict[str, Any] = {
    "EmployeeAdd": Create(resource="employees", draft=ADA),
    "EmployeeMod": changed("employees", is_active=True, last_name="Quillon", mobile=None, address={"city": "Bend"}),
    "TimeTrackingAdd": Create(resource="time_activities", draft=WORKED),
    "TimeTrackingMod": changed(
        "time_activities",
        employee=named("Ada B. Quill"),
        customer=None,
        hours=0,
        minutes=45,
        description=None,
    ),
}
QUERIES = {
    "EmployeeQuery": Select(resource="employees", filters=(Filter("name", "contains", "Quill"),), limit=5),
    "TimeTrackingQuery": Select(
        resource="time_activities",
        filters=(
            Filter("date", ">=", date(2026, 1, 1)),
            Filter("worker_id", "in", ("80000041-1769331723",)),
        ),
    ),
}
ANSWERS: dict[str, Any] = {
    **dict.fromkeys(
        ("EmployeeAdd", "EmployeeMod", "EmployeeQuery"),
        Employee(
            **LIST,
            name="Ada B. Quill",
            salutation="Ms.",
            first_name="Ada",
            middle_name="B.",
            last_name="Quill",
            address=Address(line1="4 Mill Lane"),
            name_on_check="A. Quill",
            phone="555-0100",
            ssn="XXX-XX-XXXX",
            gender="female",
            hired_date=JAN_25,
            employee_number="E-12",
        ),
    ),
    **dict.fromkeys(
        ("TimeTrackingAdd", "TimeTrackingMod", "TimeTrackingQuery"),
        TimeActivity(
            **TXN,
            number=1737,
            transaction_date=JAN_25,
            employee=Ref("80000041-1769331723", "Ada B. Quill"),
            customer=Ref("80000001-1234567890", "Kowalski:Barn"),
            hours=7,
            minutes=30,
            description="Both doors",
            billable_status="billable",
        ),
    ),
}


@pytest.mark.parametrize("name", WRITES)
def test_writing(name: str) -> None:
    asks(name, WRITES[name])


@pytest.mark.parametrize("name", QUERIES)
def test_asking(name: str) -> None:
    asks(name, QUERIES[name], view=View())


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str) -> None:
    tells(name, ANSWERS[name])


def test_a_name_that_does_not_follow_from_its_parts_cannot_be_said() -> None:
    other = Employee(name="Quill, Ada", first_name="Ada", last_name="Quill")
    assert unspoken(Create(resource="employees", draft=other)) == ("name",)
    assert unspoken(Create(resource="employees", draft=ADA)) == ()


NURSERY = Ref("80000050-1", "Nursery")


@pytest.mark.parametrize(
    ("changes", "worker", "duration"),
    [
        ({"description": "One door"}, "Ada B. Quill", "PT7H30M"),
        ({"hours": 8}, "Ada B. Quill", "PT8H30M"),
        ({"minutes": None}, "Ada B. Quill", "PT7H0M"),
        ({"employee": None, "vendor": NURSERY}, "Nursery", "PT7H30M"),
        ({"vendor": NURSERY, "employee": None, "hours": 1}, "Nursery", "PT1H30M"),
    ],
)
def test_a_change_of_time_always_says_who_worked_it_and_how_long(
    changes: dict[str, Any], worker: str, duration: str
) -> None:
    asked = changed("time_activities", **changes)
    assert needs_current(asked)
    (element,) = request_node(with_what_stays(asked, WORKED)).children
    (entity,) = element.named("EntityRef")
    told = {"Ada B. Quill": "Ada B. Quill", "Nursery": NURSERY.id}[worker]
    assert ([each.text for each in entity.children], element.text_of("Duration")) == ([told], duration)


def test_a_change_of_time_that_says_both_needs_no_more() -> None:
    assert not needs_current(changed("time_activities", employee=named("Ada B. Quill"), hours=1, minutes=0))


@pytest.mark.parametrize(
    ("text", "hours", "minutes"),
    [("PT8H", 8, 0), ("PT90M", 1, 30), ("PT0H0M30S", 0, 1), ("PT1H59M29S", 1, 59), ("PT100H1M", 100, 1)],
)
def test_how_long_it_took(text: str, hours: int, minutes: int) -> None:
    node = document("TimeTrackingAdd.rq").root
    (request,) = read_requests(_with(node, text)).requests
    assert isinstance(request.asked, Create)
    made = request.asked.draft
    assert isinstance(made, TimeActivity)
    assert (made.hours, made.minutes) == (hours, minutes)


@pytest.mark.parametrize("text", ["7.5", "7:30", "P1D", "PT", "PT-1H", "-PT1H"])
def test_what_is_no_length_of_time(text: str) -> None:
    (request,) = read_requests(_with(document("TimeTrackingAdd.rq").root, text)).requests
    assert [(problem.kind, problem.place[-1]) for problem in request.problems] == [("wrong_type", "Duration")]


def test_time_between_two_moments_lasts_that_long_less_its_break() -> None:
    """So it is told; a request could not say when it was."""
    begin = int(datetime(2026, 1, 25, 8, tzinfo=UTC).timestamp())
    worked = TimeActivity(
        id="1-1", employee=named("Ada"), started_at=begin, ended_at=begin + 9 * 3600, break_minutes=45
    )
    (request,) = read_requests(document("TimeTrackingQuery.rq")).requests
    (told,) = answered(request, Page(items=(worked,))).children
    assert told.text_of("Duration") == "PT8H15M"
    asked = Create(resource="time_activities", draft=worked)
    assert set(unspoken(asked)) == {"started_at", "ended_at", "break_minutes"}


def _with(root: Any, duration: str) -> Any:
    return parse(serialize(root, "13.0").replace(b"PT7H30M", duration.encode()))
