"""The office of the acceptance tests, opened once more for the transcripts."""

from tests.acceptance.chargeover.conftest import caller, clock, us

__all__ = ["caller", "clock", "us"]
