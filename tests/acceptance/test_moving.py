"""What is kept from one installation to the next: backups, copies, and the secret under which they are sealed."""

import gzip
import json
import shutil
from pathlib import Path
from typing import Final

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from tests.acceptance.conftest import Serve, run
from tests.acceptance.test_commands import clear
from tests.support.stores import on_postgres

from counterfoil.storage import migrating
from counterfoil.storage.contents import TABLES
from counterfoil.storage.migrating import HEAD

pytestmark = pytest.mark.skipif(on_postgres(), reason="this is about data folders")


def test_a_backup_without_its_secret_is_told_and_can_be_brought_it(data: Path, tmp_path: Path) -> None:
    """The books and the keys' digests are there; what was sealed is not readable, and nobody is left to find out."""
    run(data, "account", "create", "--name", "Larkspur")
    secret = run(data, "webhook", "secret").out
    copy, elsewhere = tmp_path / "copy.db", tmp_path / "elsewhere"
    run(data, "backup", str(copy))
    restored = run(elsewhere, "restore", str(copy))
    assert restored.code == 0
    assert "secret.key" in restored.out
    wrong = [check for check in json.loads(run(elsewhere, "doctor", "--json").out)["checks"] if not check["ok"]]
    assert [check["name"] for check in wrong] == ["secret"]
    clear(run(elsewhere, "webhook", "secret"), "secret")

    kept = (elsewhere / "secret.key").read_text()
    shutil.copy(data / "secret.key", elsewhere)
    assert run(elsewhere, "doctor").code == 0
    assert run(elsewhere, "webhook", "secret").out == secret

    (elsewhere / "secret.key").write_text(kept)
    assert run(elsewhere, "restore", str(copy), "--secret-lost").code == 0
    assert run(elsewhere, "doctor").code == 0


def test_another_secret_may_take_the_place_as_long_as_nothing_is_sealed(data: Path) -> None:
    one, other = ({"COUNTERFOIL_SECRET": word * 20} for word in ("one ", "two "))
    assert run(data, "account", "list", environment=one).code == 0
    assert run(data, "doctor", environment=other).code == 0
    run(data, "account", "create", "--name", "Larkspur", environment=other)
    assert run(data, "doctor", environment=one).code == 1


def test_a_backup_of_an_older_version_is_restored(data: Path, tmp_path: Path) -> None:
    older = tmp_path / "older.db"
    _made_by(FIRST_REVISION, older)
    before = older.read_bytes()
    assert run(data, "restore", str(older)).code == 0
    assert [check["found"] for check in run(data, "doctor", "--json").json["checks"] if check["name"] == "schema"] == [
        HEAD
    ]
    assert run(tmp_path / "copied", "copy", "--from", str(older), "--to", str(tmp_path / "copied")).code == 0
    assert older.read_bytes() == before


FIRST_REVISION: Final = "0001"


def _made_by(revision: str, path: Path) -> None:
    """A database file as the version with this schema left it."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def test_a_copy_of_a_backup_wants_its_secret(data: Path, tmp_path: Path) -> None:
    run(data, "account", "create", "--name", "Larkspur")
    secret = run(data, "webhook", "secret").out
    backup, bare, whole = tmp_path / "copy.db", tmp_path / "bare", tmp_path / "whole"
    run(data, "backup", str(backup))
    told = run(data, "copy", "--from", str(backup), "--to", str(bare))
    assert told.code == 0
    assert "secret.key" in told.out
    given = {"COUNTERFOIL_SECRET": (data / "secret.key").read_text().strip()}
    assert (
        run(data, "copy", "--from", str(backup), "--to", str(whole), "--json", environment=given).json["warning"] == ""
    )
    assert run(whole, "webhook", "secret").out == secret
    clear(run(data, "copy", "--from", str(backup), "--to", "postgresql://u@127.0.0.1:1/x"), "COUNTERFOIL_SECRET")


def test_a_secret_of_elsewhere_does_not_take_the_place_of_the_folders_own(data: Path, tmp_path: Path) -> None:
    run(data, "account", "create", "--name", "Larkspur")
    secret = run(data, "webhook", "secret").out
    given = {"COUNTERFOIL_SECRET": "of the database that it was to go to"}
    assert run(data, "copy", "--from", str(data), "--to", str(tmp_path / "there"), environment=given).code == 0
    assert run(tmp_path / "there", "webhook", "secret").out == secret


def test_a_copy_of_nothing_leaves_nothing(data: Path, tmp_path: Path) -> None:
    clear(run(data, "copy", "--from", str(tmp_path / "none"), "--to", str(tmp_path / "there")), "none", "not there")
    assert not (tmp_path / "none").exists()
    assert not (tmp_path / "there").exists()


def test_a_copy_of_a_folder_at_work_says_what_to_do(data: Path, serve: Serve, tmp_path: Path) -> None:
    serve(data, "--no-demo")
    clear(run(data, "copy", "--from", str(data), "--to", str(tmp_path / "there")), str(data), "stop the server")


def test_a_folder_that_was_only_looked_at_is_empty(data: Path, tmp_path: Path) -> None:
    run(data, "account", "create", "--name", "Larkspur")
    there = tmp_path / "there"
    assert run(there, "doctor").code == 0
    assert run(data, "copy", "--from", str(data), "--to", str(there)).code == 0
    assert [each["name"] for each in run(there, "account", "list", "--json").json["data"]] == ["Larkspur"]
    clear(run(data, "copy", "--from", str(data), "--to", str(there)), "not empty", "accounts")


def test_the_other_kind_of_backup_is_told_where_it_goes(data: Path, tmp_path: Path) -> None:
    dump = tmp_path / "kept.dump"
    dump.write_bytes(gzip.compress(b'{"kind": "counterfoil dump", "schema": "0001"}\n'))
    clear(run(data, "restore", str(dump)), "PostgreSQL", "counterfoil copy --from")
    clear(run(data, "copy", "--from", str(dump), "--to", str(tmp_path / "there")), "0001", HEAD)


@pytest.mark.parametrize("row", [[1, "c", "a", "x"], ["not base64!", 5]])
def test_a_dump_with_odd_rows_is_told_so(data: Path, tmp_path: Path, row: list[object]) -> None:
    lines: list[object] = [{"kind": "counterfoil dump", "schema": HEAD}]
    for table in TABLES:
        lines.append({"table": table.name, "columns": [column.name for column in table.columns]})
        if table.name == "installation":
            lines.append(row)
    dump = tmp_path / "odd.dump"
    dump.write_bytes(gzip.compress("\n".join(json.dumps(line) for line in lines).encode()))
    clear(run(data, "copy", "--from", str(dump), "--to", str(tmp_path / "there")), "odd.dump", "installation")


WITH_SECRETS: Final = (
    "host=localhost user=u password=hushhush",
    "mysql://u:hushhush@h/x",
    "postgresql://u:hush@hushhush@h/x",
    "postgresql://u:hush/hushhush@h/x",
    "postgresql://u:12/hushhush@h/x",
    "postgresql://u:hush%zzhushhush@h/x",
    "postgresql://u:hushhush@h:port/x",
    "postgresql://u:p@h/x?passwort=hushhush",
    "postgresql://u:p@h/x?hushhush",
    "postgresql://u:p@h:1:hushhush/x",
)


@pytest.mark.parametrize("address", WITH_SECRETS)
def test_an_address_that_is_none_is_told_without_a_letter_of_it(address: str, data: Path, tmp_path: Path) -> None:
    given = {"COUNTERFOIL_SECRET": "a secret of these tests"}
    for words in (
        ("account", "list", "--database", address),
        ("copy", "--from", str(data), "--to", address),
        ("copy", "--from", address, "--to", str(tmp_path / "there")),
    ):
        ran = run(data, *words, environment=given)
        clear(ran, "postgresql://user:password@host/name")
        assert "hush" not in ran.text
    assert not (tmp_path / "there").exists()
