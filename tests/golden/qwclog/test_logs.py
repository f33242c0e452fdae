"""Logs in the style of the Web Connector's, and what `counterfoil qwclog` is to find in them."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner

from counterfoil.app.cli.troubles import qwclog
from counterfoil.wire.troubles.secrets import redacted

HERE: Final = Path(__file__).parent
CASES: Final = sorted(path.stem for path in HERE.glob("*.log"))
EVERY_CODE: Final = {1012, 1013, 1031, 1039, 1042, 1048, 1051, 1085}


def expected(case: str) -> Any:
    return json.loads((HERE / f"{case}.json").read_text())


def printed(case: str, *options: str) -> str:
    done = CliRunner().invoke(qwclog, [str(HERE / f"{case}.log"), *options])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("case", CASES)
def test_the_lines_are_marked_and_each_trouble_is_explained_once(case: str) -> None:
    found = json.loads(printed(case, "--json"))
    wanted = expected(case)
    for line, want in zip(found["lines"], wanted["lines"], strict=True):
        assert {key: line[key] for key in want} == want
    told = [f"{trouble['code']} {trouble['name']} {trouble['actor']}" for trouble in found["troubles"]]
    assert told == wanted["explained"]


@pytest.mark.parametrize("case", CASES)
def test_people_read_the_same_as_machines(case: str) -> None:
    text = printed(case)
    troubles = json.loads(printed(case, "--json"))["troubles"]
    for trouble in troubles:
        assert text.count(f"{trouble['code']} · {trouble['name']}") == 1
        assert all(sentence in text for sentence in (trouble["bookkeeper"], trouble["developer"], *trouble["steps"]))
    assert troubles or "No trouble" in text


@pytest.mark.parametrize("case", CASES)
def test_no_secret_survives(case: str) -> None:
    log = (HERE / f"{case}.log").read_text()
    texts = (printed(case), printed(case, "--json"), redacted(log))
    for secret in expected(case)["secrets"]:
        assert secret in log, "a secret that the log does not hold proves nothing"
        assert not any(secret in text for text in texts)


def test_every_code_that_was_asked_for_has_a_log() -> None:
    assert {int(case[:4]) for case in CASES if case[:4].isdigit()} == EVERY_CODE
    assert len(CASES) == len(list(HERE.glob("*.json")))
