"""The vendor's printed requests, run as printed but for host and key."""

from pathlib import Path

import pytest
from tests.acceptance.snapbooks.office import Office
from tests.golden.snapbooks.transcripts import differences, transcript

CASES = sorted(Path(__file__).parent.glob("*.http"))


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
@pytest.mark.parametrize("root", ["/api/v1", "/v1"])
def test_printed(office: Office, case: Path, root: str) -> None:
    asked = transcript(case)
    response = office.send(asked.method, root + asked.path, asked.body, company=asked.company)
    assert response.headers["content-type"] == "application/json"
    assert (response.status_code, differences(asked.answer, response.json())) == (asked.status, [])
    assert office.violations() == []


def test_there_are_transcripts() -> None:
    assert len(CASES) >= 16
