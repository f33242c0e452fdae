"""Faults on demand: how they are asked for, and how often they strike."""

from pathlib import Path

import pytest
from tests.unit.emulators.office import code, count, document, first, in_office, invoice

from counterfoil.emulators.desktop.faults import FAULTS, Faults, UnknownFault
from counterfoil.emulators.desktop.processor import RequestProcessor


@pytest.mark.parametrize("wanted", ["earthquake", "locked:often", "slow", "slow:long", ""])
def test_what_is_no_fault(wanted: str) -> None:
    with pytest.raises(UnknownFault):
        Faults([wanted])


def test_a_fault_strikes_as_often_as_it_was_asked_for() -> None:
    faults = Faults(["busy:2", "busy", "slow:0.5"])
    assert [faults.take("busy") for _ in range(4)] == [True, True, True, False]
    assert (faults.seconds("slow"), faults.seconds("clock-skew")) == (0.5, 0.0)


def test_every_fault_can_be_asked_for() -> None:
    assert all(Faults([f"{name}:1"]) for name in FAULTS)


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ("locked", "3175", "The transaction could not be locked.  It is in use by another user."),
        ("list-locked", "3170", "This list has been modified by another user."),
        ("related-locked", "3176", "The application failed to acquire the lock."),
    ],
)
def test_locks_hit_writes_alone(tmp_path: Path, fault: str, status: str, words: str) -> None:
    async def work(processor: RequestProcessor) -> None:
        assert code(await processor.process(document("<InvoiceQueryRq/>"))) == "1"
        for _ in range(2):
            answer = first(await processor.process(document(invoice())))
            assert answer.attributes["statusCode"] == status
            assert answer.attributes["statusMessage"].endswith(words)
        assert await count(processor) == 0
        assert code(await processor.process(document(invoice()))) == "0"

    in_office(tmp_path, work, faults=(f"{fault}:2",))


def test_a_wrong_clock_stamps_wrong_times(tmp_path: Path) -> None:
    """Noon UTC is six in the company; the computer is an hour late."""

    async def work(processor: RequestProcessor) -> tuple[str | None, str | None]:
        made = first(await processor.process(document(invoice()))).children[0]
        return made.text_of("TimeCreated"), made.text_of("EditSequence")

    expected = ("2026-03-02T05:00:00-06:00", str(1_772_452_800 - 3600))
    assert in_office(tmp_path, work, faults=("clock-skew:-3600",)) == expected
