"""The document of troubles, and the command that prints one of them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from counterfoil.app import trouble_table
from counterfoil.app.cli.troubles import explain, qwclog
from counterfoil.wire.troubles.trouble import TROUBLES


def test_the_document_is_up_to_date() -> None:
    text = trouble_table.FILE.read_text()
    assert text == trouble_table.document(), "run python -m counterfoil.app.trouble_table"


def test_a_stale_document_is_told_and_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trouble_table, "FILE", tmp_path / "reference" / "troubles.md")
    assert trouble_table.main(["--check"]) == 1
    assert trouble_table.main([]) == 0
    assert trouble_table.main(["--check"]) == 0
    trouble_table.FILE.write_text(trouble_table.FILE.read_text() + "more\n")
    assert trouble_table.main(["--check"]) == 1


def test_every_code_has_one_anchor() -> None:
    text = trouble_table.FILE.read_text()
    assert {code: text.count(f'<a id="{code.lower()}"></a>') for code in TROUBLES} == dict.fromkeys(TROUBLES, 1)


def test_codes_that_mean_the_same_stand_together() -> None:
    assert "### QBWC1005, QBWC1006, QBWC1033, QBWC1085: " in trouble_table.FILE.read_text()


def test_a_code_is_explained_to_people() -> None:
    done = CliRunner().invoke(explain, ["8004041d", "--data", "nowhere"])
    assert done.exit_code == 0
    assert "0x8004041D · QBD_AUTO_LOGIN_NOT_ALLOWED" in done.stdout
    assert "the bookkeeper, at the computer with QuickBooks" in done.stdout
    places = [done.stdout.index(f"  {number}. {step}") for number, step in enumerate(TROUBLES["0x8004041D"].steps, 1)]
    assert places == sorted(places)


def test_a_code_is_explained_to_machines() -> None:
    told = json.loads(CliRunner().invoke(explain, ["3180", "--json", "--words", "The list element is in use"]).stdout)
    assert (told["code"], told["name"], told["course"]) == ("3180", "QBD_OBJECT_IN_USE", "later")
    assert (told["actor"], told["known"]) == ("bookkeeper", True)
    assert told.keys() == {
        "code", "name", "title", "developer", "bookkeeper", "actor", "steps", "course", "known"
    }  # fmt: skip


def test_a_decimal_number_with_its_sign_is_a_code_and_no_option() -> None:
    assert "0x80040408" in CliRunner().invoke(explain, ["-2147220472"]).stdout


def test_a_code_that_the_catalogue_lacks_is_explained_as_far_as_can_be() -> None:
    told = json.loads(CliRunner().invoke(explain, ["0x80049999", "--json"]).stdout)
    assert (told["code"], told["known"], told["course"]) == ("0x80049999", False, "unknown")


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_what_is_no_code_is_refused(options: list[str]) -> None:
    done = CliRunner().invoke(explain, ["banana", *options])
    assert done.exit_code == 1
    assert "BANANA" in done.output
    assert "QBWC1012" in done.output


def test_a_log_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(qwclog, [str(tmp_path / "QWCLog.txt")])
    assert done.exit_code == 1
    assert "cannot be read" in done.output
    assert "Traceback" not in done.output


def test_a_log_may_come_through_a_pipe() -> None:
    done = CliRunner().invoke(qwclog, ["-", "--json"], input=b"QBWC1012: no [bold]markup[/bold]\n")
    assert json.loads(done.stdout)["lines"][0]["text"] == "QBWC1012: no [bold]markup[/bold]"
    shown = CliRunner().invoke(qwclog, ["-"], input=b"QBWC1012: no [bold]markup[/bold]\n" * 500)
    assert "no [bold]markup[/bold]" in shown.stdout
    assert "The last 200 of 500" in shown.stdout
    assert "told 500 times" in shown.stdout
