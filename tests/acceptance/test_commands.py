"""The command line as an operator uses it: alone, beside a running server, and when things go wrong."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from tests.acceptance.conftest import (
    CANADIAN,
    COMMAND,
    DEMO,
    PATIENCE,
    Ran,
    Serve,
    Server,
    client,
    counts,
    goods,
    invoice,
    new_key,
    rows,
    run,
    run_process,
)
from tests.support.stores import on_postgres

CONNECTION_KEYS: Final = {"id", "name", "books", "state"}
KEY_KEYS: Final = {"id", "key", "connection"}


@pytest.fixture(params=["alone", "beside a server"])
def place(request: pytest.FixtureRequest, data: Path, serve: Serve) -> Path:
    """A data folder that nobody owns, and one that a server owns. No demo companies in either."""
    if request.param != "alone":
        serve(data, "--no-demo")
    return data


def clear(ran: Ran, *words: str, code: int = 1) -> None:
    """It failed with this exit code and said why, in words for people."""
    assert ran.code == code, ran.text
    assert "Traceback" not in ran.text
    assert ".py" not in ran.text
    for word in words:
        assert word in ran.text


# What each command prints for machines.


def test_accounts_connections_and_keys(place: Path) -> None:
    ours = run(place, "connection", "create", "--books", "embedded", "--name", "Till 1", "--json").json
    assert ours.keys() == CONNECTION_KEYS
    assert str(uuid.UUID(ours["id"])) == ours["id"]
    assert (ours["name"], ours["books"], ours["state"]) == ("Till 1", "embedded", "live")
    account = run(place, "account", "create", "--name", "branch", "--json").json
    assert account.keys() == {"id", "name"}
    theirs = run(place, "connection", "create", "--name", "Till 2", "--account", "branch", "--json").json
    assert theirs.keys() == CONNECTION_KEYS

    accounts = run(place, "account", "list", "--json").json
    assert accounts.keys() == {"data"}
    assert account in accounts["data"]
    assert run(place, "connection", "list", "--account", "branch", "--json").json == {"data": [theirs]}
    assert run(place, "connection", "list", "--account", account["id"], "--json").json == {"data": [theirs]}
    shown = run(place, "connection", "show", theirs["id"], "--account", "branch", "--json").json
    assert shown.items() >= theirs.items()

    free = run(place, "key", "create", "--account", "branch", "--name", "free", "--json").json
    assert free.keys() == KEY_KEYS
    assert free["connection"] is None
    bound = run(place, "key", "create", "--account", "branch", "--connection", theirs["id"], "--json").json
    assert bound["connection"] == theirs["id"]
    revoked = run(place, "key", "revoke", bound["key"], "--account", "branch", "--json").json
    assert revoked["id"] == bound["id"]
    listed = run(place, "key", "list", "--account", "branch", "--json")
    assert {each["id"]: each["revoked"] for each in listed.json["data"]} == {free["id"]: False, bound["id"]: True}
    assert free["key"] not in listed.out

    assert run(place, "connection", "delete", theirs["id"], "--account", "branch", "--json").json["id"] == theirs["id"]
    assert run(place, "connection", "list", "--account", "branch", "--json").json == {"data": []}


def test_doctor_backup_and_restore(place: Path, tmp_path: Path) -> None:
    made = run(place, "connection", "create", "--name", "Till 1", "--json").json
    report = run(place, "doctor", "--json").json
    assert report["ok"] is True
    checked = " ".join(check["name"].lower() for check in report["checks"])
    for subject in ("folder", "sqlite", "disk", "clock", "schema", "till 1"):
        assert subject in checked
    copy = tmp_path / "copy.db"
    assert run(place, "backup", str(copy), "--json").json["bytes"] == copy.stat().st_size
    run(place, "connection", "delete", made["id"])
    done = run(place, "restore", str(copy), "--json")
    assert done.code == 0, done.text
    assert run(place, "connection", "list", "--json").json == {"data": [made]}


def test_what_people_read(place: Path) -> None:
    assert "connection create" in run(place, "connection", "list").out
    connection = run(place, "connection", "create", "--name", "Till 1")
    assert connection.code == 0
    identifier = run(place, "connection", "list", "--json").json["data"][0]["id"]
    assert identifier in connection.out
    listed = run(place, "connection", "list").out
    assert identifier in listed
    assert "Till 1" in listed
    made = run(place, "key", "create", "--name", "till")
    assert "cf_" in made.out
    key = next(word for word in made.out.split() if word.startswith("cf_"))
    assert key not in run(place, "key", "list").out
    assert "ok" in run(place, "doctor").out


def test_names_are_told_as_they_are(place: Path) -> None:
    """Names are text: nothing in them is taken for a colour, a style or a command to the terminal."""
    for name in ("[bold]Sons[/bold]", "[/]", "[red]", "a\\[b]", "Müller & 子"):
        assert run(place, "connection", "create", "--name", name, "--json").json["name"] == name
        shown = run(place, "connection", "list")
        assert shown.code == 0, shown.text[-300:]
        assert name in shown.out
    checked = run(place, "doctor")
    assert checked.code == 0, checked.text[-300:]
    assert "[bold]Sons[/bold]" in checked.out


# What goes wrong.


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("connection", "show", "nothing"), ("no connection nothing",)),
        (("connection", "show", "[/nothing]"), ("[/nothing]",)),
        (("connection", "delete", DEMO), ("no connection", DEMO)),
        (("connection", "create", "--name", "A", "--books", "paper"), ("paper", "embedded")),
        (("connection", "list", "--account", "nobody"), ("no account nobody",)),
        (("key", "create", "--connection", DEMO), ("no connection", DEMO)),
        (("key", "revoke", "0123456789abcdef"), ("no key", "0123456789abcdef")),
        (("backup", "/nowhere/at/all.db"), ("/nowhere/at/all.db", "cannot be written")),
    ],
    ids=lambda value: " ".join(value[:2]),
)
def test_what_cannot_be_done_is_told(data: Path, serve: Serve, words: tuple[str, ...], said: tuple[str, ...]) -> None:
    """Alone and beside a server in the same words; for machines as an object."""
    alone = run(data, *words)
    clear(alone, *said)
    serve(data, "--no-demo")
    clear(run(data, *words), *said)
    for_machines = run(data, *words, "--json")
    assert for_machines.code == 1
    assert said[0] in json.loads(for_machines.out)["error"]


def test_an_account_is_made_once(place: Path) -> None:
    assert run(place, "account", "create", "--name", "branch").code == 0
    clear(run(place, "account", "create", "--name", "branch"), "branch", "in use")


def test_wrong_usage_is_told(data: Path) -> None:
    for words in (("connection", "create"), ("key", "destroy"), ("nothing",), ("serve", "--port", "70000")):
        clear(run(data, *words), "--help", code=2)
    clear(run(data, "restore", str(data / "none.db")), "none.db", code=2)


def test_a_wrong_setting_is_told(data: Path) -> None:
    for name, value in (("COUNTERFOIL_PROT", "1"), ("COUNTERFOIL_PORT", "eight"), ("COUNTERFOIL_MAX_BODY", "1 MB")):
        clear(run(data, "doctor", environment={name: value}), name, code=2)


@pytest.mark.parametrize("words", [("key", "list"), ("serve", "--port", "0"), ("demo", "--once")])
def test_a_data_folder_that_is_none_is_told(data: Path, words: tuple[str, ...]) -> None:
    data.write_text("a file")
    clear(run(data, *words), str(data))
    clear(run(data / "below", *words), str(data))
    assert data.read_text() == "a file"


@pytest.mark.parametrize("words", [("doctor",), ("key", "list"), ("serve", "--port", "0")])
def test_a_database_that_is_none_is_told(data: Path, words: tuple[str, ...]) -> None:
    data.mkdir(mode=0o700)
    (data / "counterfoil.db").write_bytes(b"This is no database. " * 500)
    clear(run(data, *words), "counterfoil.db")
    assert (data / "counterfoil.db").read_bytes().startswith(b"This is no database. ")


@pytest.mark.parametrize("words", [("doctor",), ("connection", "list"), ("serve", "--port", "0")])
def test_a_database_of_a_later_version_is_told_and_left_alone(data: Path, words: tuple[str, ...]) -> None:
    run(data, "connection", "create", "--name", "Till 1")
    change(data, "UPDATE alembic_version SET version_num = '9999'")
    before = counts(data)
    clear(run(data, *words), "newer")
    assert counts(data) == before


def test_a_secret_that_was_lost_half_way_is_told(data: Path) -> None:
    """A crash may leave the file empty; an empty secret seals nothing."""
    run(data, "key", "list")
    (data / "secret.key").write_text("")
    made = run(data, "key", "create", "--json")
    assert made.code != 0 or (data / "secret.key").read_text().strip()


def change(data: Path, statement: str, *values: object) -> None:
    """Change the database behind Counterfoil's back, while nobody owns it."""
    with closing(sqlite3.connect(data / "counterfoil.db")) as connection, connection:
        assert connection.execute(statement, values).rowcount > 0


# Beside a server that runs.


@pytest.mark.parametrize(
    "words", [("doctor",), ("connection", "list"), ("key", "create"), ("backup", "copy.db"), ("restore", "copy.db")]
)
def test_no_command_costs_the_server_what_it_writes_afterwards(
    data: Path, serve: Serve, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """What is acknowledged after a command is seen from outside, and survives a kill."""
    server = serve(data)
    key = new_key(data)
    copy = tmp_path / "copy.db"
    run(data, "backup", str(copy))
    command = [str(copy) if word == "copy.db" else word for word in words]
    for _ in range(2):
        assert run(data, *command).code == 0
        key = key if words[0] != "restore" else new_key(data)
        with client(server.url, key) as caller:
            made = caller.post("/invoices", json=invoice(goods(caller))).json()["id"]
        assert rows(data, "SELECT COUNT(*) FROM transactions WHERE id = ?", made) == [(1,)]
    log = data / "counterfoil.db-wal"
    assert log.exists(), "the write-ahead log was taken away from under the server"
    server.kill()
    server.start()
    with client(server.url, key) as caller:
        assert caller.get(f"/invoices/{made}").status_code == 200


def test_a_revoked_key_stops_at_once(data: Path, serve: Serve) -> None:
    server = serve(data)
    key = run(data, "key", "create", "--json").json
    with client(server.url, key["key"]) as caller:
        assert caller.get("/invoices").status_code == 200
        run(data, "key", "revoke", key["id"])
        assert caller.get("/invoices").status_code == 401
        assert caller.post("/invoices", json={}).status_code == 401


def test_another_accounts_key_cannot_be_revoked(data: Path, serve: Serve) -> None:
    server = serve(data)
    run(data, "account", "create", "--name", "branch")
    key = run(data, "key", "create", "--json").json
    clear(run(data, "key", "revoke", key["id"], "--account", "branch"), "no key")
    with client(server.url, key["key"]) as caller:
        assert caller.get("/invoices").status_code == 200


def test_a_deleted_connection_is_gone_at_once_and_its_keys_with_it(data: Path, serve: Serve) -> None:
    server = serve(data)
    free, bound = new_key(data), new_key(data, "--connection", CANADIAN)
    with client(server.url, free, CANADIAN) as any_, client(server.url, bound, CANADIAN) as own:
        assert (any_.get("/invoices").status_code, own.get("/invoices").status_code) == (200, 200)
        run(data, "connection", "delete", CANADIAN)
        assert (any_.get("/invoices").status_code, own.get("/invoices").status_code) == (404, 401)
    clear(run(data, "connection", "show", CANADIAN), "no connection")


def test_a_connection_that_was_made_beside_the_server_works_at_once(data: Path, serve: Serve) -> None:
    server = serve(data, "--no-demo")
    made = run(data, "connection", "create", "--name", "Till 1", "--json").json
    with client(server.url, new_key(data, "--connection", made["id"]), made["id"]) as caller:
        assert caller.get("/company").json()["companyName"] == "Till 1"


def test_two_commands_at_once_are_both_carried_out(data: Path) -> None:
    """Without a server too: a backup at night meets a key that is being made."""
    run(data, "key", "list")
    with ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(lambda number: run_process(data, "key", "create", "--name", str(number), "--json"), range(4))
        )
    assert [each.code for each in made] == [0, 0, 0, 0], [each.text for each in made]


# The server as a process.


def test_the_demo_companies_are_made_once(data: Path, serve: Serve) -> None:
    assert serve(data).stop() == 0
    first = run(data, "connection", "list", "--json").json["data"]
    assert [each["id"] for each in first] == [DEMO, CANADIAN]
    run(data, "connection", "delete", CANADIAN)
    before = counts(data)
    assert serve(data).stop() == 0
    assert counts(data) == before
    assert [each["id"] for each in run(data, "connection", "list", "--json").json["data"]] == [DEMO]


def test_no_demo_makes_none(data: Path, serve: Serve) -> None:
    server = serve(data, "--no-demo")
    assert run(data, "connection", "list", "--json").json == {"data": []}
    assert httpx.get(server.url).status_code == 200


def test_an_installation_that_is_in_use_gets_no_demo(data: Path, serve: Serve) -> None:
    made = run(data, "connection", "create", "--name", "Till 1", "--json").json
    serve(data)
    assert run(data, "connection", "list", "--json").json == {"data": [made]}


def test_port_nought_picks_a_free_one_each_time(data: Path, serve: Serve) -> None:
    one, other = serve(data, "--no-demo"), serve(data.with_name("other"), "--no-demo")
    assert one.url != other.url
    for server in (one, other):
        assert httpx.get(server.url).json()["name"] == "Counterfoil"


def test_a_port_that_is_taken_is_told(data: Path, serve: Serve) -> None:
    port = serve(data, "--no-demo").url.rpartition(":")[2]
    clear(run(data.with_name("other"), "serve", "--port", port), port)


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("demo", "--once", "--port", "0")])
def test_a_second_server_on_one_folder_is_refused(data: Path, serve: Serve, words: tuple[str, ...]) -> None:
    server = serve(data)
    before = counts(data)
    clear(run(data, *words), "in use", str(data))
    clear(run(Path(f"{data}/../{data.name}"), *words), "in use")
    assert httpx.get(server.url).status_code == 200
    assert run(data, "doctor").code == 0
    assert counts(data) == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_in_flight_is_finished_before_the_server_ends(data: Path, serve: Serve, number: int) -> None:
    server = serve(data)
    key = new_key(data)
    with client(server.url, key) as caller:
        body = json.dumps(invoice(goods(caller)))
    process = server.process
    assert process is not None
    with half_sent(server, key, body) as line:
        process.send_signal(number)
        wait_until_refused(server)
        line.sendall(body[-10:].encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200")
    identifier = json.loads(answer.partition(b"\r\n\r\n")[2])["id"]
    assert process.wait(PATIENCE) == 0
    assert rows(data, "SELECT COUNT(*) FROM transactions WHERE id = ?", identifier) == [(1,)]
    assert not (data / "control.sock").exists()
    assert "Traceback" not in server.errors()


def half_sent(server: Server, key: str, body: str) -> socket.socket:
    """An invoice on its way: all of the request but the end of its body."""
    host, port = server.url.removeprefix("http://").split(":")
    line = socket.create_connection((host, int(port)), timeout=PATIENCE)
    head = (
        f"POST /v1/quickbooks-desktop/invoices HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n"
        f"Conductor-End-User-Id: {DEMO}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    line.sendall((head + body[:-10]).encode())
    assert httpx.get(f"{server.url}/health").status_code == 200  # who came before that has been let in
    return line


def wait_until_refused(server: Server) -> None:
    """The server takes no new callers."""
    host, port = server.url.removeprefix("http://").split(":")
    for _ in range(500):
        try:
            socket.create_connection((host, int(port)), timeout=PATIENCE).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.02)
    raise AssertionError("the server went on taking callers")


def test_everything_in_the_data_folder_is_its_owners_alone(data: Path, serve: Serve, tmp_path: Path) -> None:
    """Whatever the umask."""
    copy = tmp_path / "copy.db"
    usual = os.umask(0)
    try:
        serve(data)
        new_key(data)
        run(data, "backup", str(copy))
        run(data, "restore", str(copy))
    finally:
        os.umask(usual)
    assert mode(data) == 0o700
    assert mode(copy) == 0o600
    found = {path.name: mode(path) for path in data.iterdir()}
    assert len(found) >= 5
    assert {name: found[name] for name in found if found[name] != 0o600} == {}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_nowhere_in_the_data_folder_in_plain(data: Path, serve: Serve, tmp_path: Path) -> None:
    server = serve(data)
    key = new_key(data)
    with client(server.url, key) as caller:
        assert caller.get("/invoices").status_code == 200
    run(data, "backup", str(tmp_path / "copy.db"))
    secret = key.rpartition("_")[2] if key.count("_") == 2 else key[20:]
    for path in (*data.iterdir(), tmp_path / "copy.db"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path.name
    assert key not in server.errors()


def test_a_very_long_data_path_works(tmp_path: Path, serve: Serve) -> None:
    """Longer than a Unix socket's address may be."""
    data = tmp_path / ("d" * 100) / ("e" * 100) / "f"
    server = serve(data, "--no-demo")
    made = run(data, "connection", "create", "--name", "Till 1", "--json").json
    with client(server.url, new_key(data), made["id"]) as caller:
        assert caller.get("/invoices").status_code == 200
    assert run(data, "doctor").code == 0
    assert run(data, "backup", str(data / "copy.db")).code == 0
    assert server.stop() == 0
    assert run(data, "doctor").code == 0


def test_a_relative_data_path_works(tmp_path: Path) -> None:
    made = subprocess.run(
        [*COMMAND, "key", "create", "--data", "here", "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert json.loads(made.stdout)["id"] in run(tmp_path / "here", "key", "list").out


def test_commands_go_on_after_a_server_was_killed(data: Path, serve: Serve) -> None:
    """What it left behind, a socket that nobody listens at, hinders nobody."""
    server = serve(data)
    server.kill()
    assert (data / "control.sock").exists()
    assert run(data, "doctor").code == 0
    server.start()
    assert run(data, "doctor").code == 0


# The demonstration.


def test_the_demonstration_tells_what_the_api_tells(data: Path, serve: Serve) -> None:
    told = run(data, "demo", "--once", "--port", "0", "--json").json
    again = run(data, "demo", "--once", "--port", "0", "--json").json
    assert again["key"] == told["key"]
    server = serve(data)
    with client(server.url, told["key"], told["connection"]) as caller:
        for steps in (told["steps"], again["steps"]):
            for number, (amount, left) in latest(steps).items():
                found = caller.get("/invoices", params={"refNumbers": number}).json()["data"]
                assert len(found) == 1, "the same request once more made no other invoice"
                assert not left or cents(found[0]["balanceRemaining"]) == cents(left)
                assert cents(found[0]["subtotal"]) + cents(found[0]["salesTaxTotal"]) == cents(amount)
        balances = {row["account"]: cents(row["debit"]) - cents(row["credit"]) for row in again["trial_balance"]}
        assert sum(balances.values()) == 0
        receivable = sum(cents(each["balanceRemaining"]) for each in everything(caller, "/invoices"))
        receivable -= sum(cents(each["creditRemaining"]) for each in everything(caller, "/credit-memos"))
        receivable -= sum(cents(each["unusedPayment"] or "0.00") for each in everything(caller, "/receive-payments"))
        assert balances["Accounts Receivable"] == receivable
        tax = sum(cents(each["salesTaxTotal"]) for each in everything(caller, "/invoices"))
        tax -= sum(cents(each["salesTaxTotal"]) for each in everything(caller, "/credit-memos"))
        assert balances["Sales Tax Payable"] == -tax
        accounts = {each["fullName"]: each["balance"] for each in caller.get("/accounts").json()["data"]}
        assert cents(accounts["Accounts Receivable"]) == receivable


def latest(steps: list[dict[str, str]]) -> dict[str, tuple[str, str]]:
    """Invoice number → what was last told of its amount and of what is open."""
    told = [step for step in steps if step["document"].startswith("invoice ")]
    return {step["document"].removeprefix("invoice "): (step["amount"], step["open"]) for step in told}


def everything(caller: httpx.Client, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.get(path).json()["data"]
    return found


def cents(text: str) -> int:
    return int(text.replace(".", "").replace(",", ""))


def test_the_demonstration_for_people(data: Path) -> None:
    for _ in range(2):
        shown = run(data, "demo", "--once", "--port", "0")
        assert shown.code == 0, shown.text
        for word in (
            "Conductor",
            "QUBE",
            "SnapBooks",
            "ChargeOver",
            "5.99",
            "invoice 10",
            "Trial balance",
            "Accounts Receivable",
            "cf_",
            "curl",
            "0.00",
        ):
            assert word in shown.out
        assert "Traceback" not in shown.text
    assert run(data, "doctor").code == 0


def test_the_demonstration_needs_its_company(data: Path) -> None:
    run(data, "connection", "create", "--name", "Till 1")
    clear(run(data, "demo", "--once", "--port", "0"), "--data")


# The doctor.


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE postings SET amount = amount + 1 WHERE rowid = (SELECT MAX(rowid) FROM postings)",
        "DELETE FROM postings WHERE rowid = (SELECT MAX(rowid) FROM postings)",
        "UPDATE transactions SET open = open + 100, open_home = open_home + 100 WHERE number = 1",
        "UPDATE transactions SET open = open + 100 WHERE number = 1",
        "DELETE FROM transactions WHERE number = 1",
    ],
)
def test_the_doctor_finds_what_was_changed_behind_its_back(data: Path, serve: Serve, statement: str) -> None:
    assert serve(data).stop() == 0
    assert run(data, "doctor").code == 0
    statement = statement.replace("rowid = (SELECT MAX(rowid) FROM postings)", SOME_POSTING)
    change(data, statement)
    told = run(data, "doctor")
    assert told.code == 1
    assert "Larkspur" in told.out
    assert "wrong" in told.out
    serve(data)
    report = run(data, "doctor", "--json")
    assert report.code == 1
    found = json.loads(report.out)
    assert found["ok"] is False
    wrong = [check for check in found["checks"] if not check["ok"]]
    assert len(wrong) == 1
    assert wrong[0]["mend"]


SOME_POSTING: Final = (
    "(connection_id, transaction_id, position) = "
    "(SELECT connection_id, transaction_id, position FROM postings ORDER BY connection_id, transaction_id LIMIT 1)"
)


def test_the_doctor_sees_a_folder_that_others_may_read(data: Path) -> None:
    run(data, "key", "list")
    data.chmod(0o755)
    told = run(data, "doctor")
    assert told.code == 1
    assert "chmod 700" in told.out


# Backups.


class Busy:
    """Clients that go on creating invoices on a server until they are told to stop."""

    def __init__(self, server: Server, key: str) -> None:
        self.server = server
        self.key = key
        self.made: list[tuple[float, float, str]] = []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._go_on) for _ in range(4)]

    def __enter__(self) -> "Busy":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _go_on(self) -> None:
        with client(self.server.url, self.key) as caller:
            body = invoice(goods(caller))
            while not self.over.is_set():
                began = time.monotonic()
                answer = caller.post("/invoices", json=body).raise_for_status()
                self.made.append((began, time.monotonic(), answer.json()["id"]))

    def before(self, moment: float) -> set[str]:
        return {identifier for _, ended, identifier in list(self.made) if ended < moment}

    def after(self, moment: float) -> set[str]:
        return {identifier for began, _, identifier in list(self.made) if began > moment}


@pytest.fixture
def busy(data: Path, serve: Serve) -> Iterator[Busy]:
    server = serve(data)
    with Busy(server, new_key(data)) as working:
        yield working


def stored_ids(data: Path) -> set[str]:
    return {row[0] for row in rows(data, "SELECT id FROM transactions WHERE connection_id = ?", DEMO)}


def test_a_backup_of_a_busy_server_is_restored_while_it_runs(busy: Busy, data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    time.sleep(0.5)
    began = time.monotonic()
    assert run(data, "backup", str(copy)).code == 0
    ended = time.monotonic()
    time.sleep(0.5)
    busy.__exit__()
    assert busy.before(began)
    assert busy.after(ended)

    done = run(data, "restore", str(copy), "--json").json
    now = stored_ids(data)
    assert now >= busy.before(began)
    assert not now & busy.after(ended)
    assert run(data, "doctor").code == 0
    with client(busy.server.url, busy.key) as caller:
        listed = caller.get("/invoices", params={"limit": 150}).json()
        assert {each["id"] for each in listed["data"]} <= now
        fresh = caller.post("/invoices", json=invoice(goods(caller)))
        assert fresh.status_code == 200
        assert fresh.json()["id"] not in now
        back = run(data, "restore", done["before"])
        assert back.code == 0, back.text
        everything = stored_ids(data)
        assert everything >= {identifier for _, _, identifier in busy.made}
        assert caller.post("/invoices", json=invoice(goods(caller))).json()["id"] not in everything
    assert run(data, "doctor").code == 0


def test_a_restore_in_the_middle_of_writes_leaves_whole_books(busy: Busy, data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert run(data, "backup", str(copy)).code == 0
    assert run(data, "restore", str(copy)).code == 0
    ended = time.monotonic()
    time.sleep(0.3)
    busy.__exit__()
    assert busy.after(ended)
    assert stored_ids(data) >= busy.after(ended)
    assert run(data, "doctor").code == 0


def damaged(tmp_path: Path, copy: Path) -> Iterator[tuple[str, Path]]:
    """Files that are no sound backup, by what is wrong with them."""
    whole = copy.read_bytes()
    contents = {
        "cut short": whole[: len(whole) // 2],
        "zeros in it": whole[: len(whole) // 2] + bytes(20_000) + whole[len(whole) // 2 + 20_000 :],
        "a broken header": b"x" * 100 + whole[100:],
        "text": b"hello",
        "empty": b"",
    }
    for name, content in contents.items():
        path = tmp_path / f"{name}.db"
        path.write_bytes(content)
        yield name, path
    statements = {
        "an unbalanced posting": "UPDATE postings SET amount = amount + 1 WHERE position = 0",
        "another schema": "UPDATE alembic_version SET version_num = '9999'",
        "a missing table": "DROP TABLE postings",
    }
    for name, statement in statements.items():
        path = tmp_path / f"{name}.db"
        path.write_bytes(whole)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(statement)
        yield name, path
    stranger = tmp_path / "another program's.db"
    with closing(sqlite3.connect(stranger)) as connection, connection:
        connection.execute("CREATE TABLE postings (amount INTEGER)")
    yield "another program's", stranger


def test_a_damaged_backup_is_refused_and_nothing_changes(data: Path, serve: Serve, tmp_path: Path) -> None:
    server = serve(data)
    copy = tmp_path / "copy.db"
    run(data, "backup", str(copy))
    key = new_key(data)
    before, files = counts(data), sorted(path.name for path in data.iterdir())
    for name, path in damaged(tmp_path, copy):
        content = path.read_bytes()
        clear(run(data, "restore", str(path)), path.name)
        assert counts(data) == before, name
        assert path.read_bytes() == content
    assert sorted(path.name for path in data.iterdir()) == files
    with client(server.url, key) as caller:
        assert caller.post("/invoices", json=invoice(goods(caller))).status_code == 200
    assert run(data, "doctor").code == 0


@pytest.mark.parametrize("name", ["counterfoil.db", "counterfoil.db-wal", "secret.key", "owner.lock"])
def test_a_backup_never_replaces_what_the_installation_lives_on(data: Path, serve: Serve, name: str) -> None:
    """By a slip, the target is a file of the installation itself."""
    server = serve(data)
    key = new_key(data)
    inode = (data / name).stat().st_ino
    clear(run(data, "backup", str(data / name)), name)
    assert (data / name).stat().st_ino == inode
    with client(server.url, key) as caller:
        made = caller.post("/invoices", json=invoice(goods(caller))).json()["id"]
    assert server.stop() == 0
    assert rows(data, "SELECT COUNT(*) FROM transactions WHERE id = ?", made) == [(1,)]


def test_restoring_the_database_from_itself_harms_nothing(data: Path, serve: Serve) -> None:
    server = serve(data)
    key = new_key(data)
    before = counts(data)
    run(data, "restore", str(data / "counterfoil.db"))
    assert counts(data) == before
    with client(server.url, key) as caller:
        assert caller.post("/invoices", json=invoice(goods(caller))).status_code == 200
    assert run(data, "doctor").code == 0


def test_a_backup_is_an_installation_elsewhere(data: Path, serve: Serve, tmp_path: Path) -> None:
    """Restored into an empty folder on another machine: the books are there, and the keys open them."""
    serve(data)
    key = new_key(data)
    secret = run(data, "webhook", "secret").out
    copy, elsewhere = tmp_path / "copy.db", tmp_path / "elsewhere"
    run(data, "backup", str(copy))
    elsewhere.mkdir(0o700)
    if not on_postgres():
        shutil.copy(data / "secret.key", elsewhere)
    assert run(elsewhere, "restore", str(copy), "--json").json["warning"] == ""
    server = serve(elsewhere)
    with client(server.url, key) as caller:
        assert caller.post("/invoices", json=invoice(goods(caller))).status_code == 200
    assert run(elsewhere, "doctor").code == 0
    assert run(elsewhere, "webhook", "secret").out == secret


def test_the_demonstration_says_what_it_lacks_where_its_backup_was_restored(data: Path, tmp_path: Path) -> None:
    """The secret under which its key was sealed is not in the backup, and is not meant to be."""
    run(data, "demo", "--once", "--port", "0")
    copy, elsewhere = tmp_path / "copy.db", tmp_path / "elsewhere"
    run(data, "backup", str(copy))
    run(elsewhere, "restore", str(copy))
    clear(run(elsewhere, "demo", "--once", "--port", "0"), "secret")


def test_a_name_from_a_program_steers_no_terminal(data: Path) -> None:
    name = "Wren\x1b[2J\x1b]0;forged\x07 & [bold]Sons[/]"
    made = run(data, "connection", "create", "--name", name, "--json").json
    for words in (("connection", "list"), ("connection", "show", made["id"]), ("doctor",)):
        ran = run(data, *words)
        assert "Wren" in ran.text
        assert "[bold]Sons" in ran.text
        assert not {"\x1b", "\x07"} & set(ran.text)


@pytest.mark.parametrize("words", [("explain", "3200"), ("qwclog", "-"), ("compat", "--from", "none")])
def test_every_command_takes_a_place_even_if_it_needs_none(data: Path, words: tuple[str, ...]) -> None:
    assert "No such option" not in run(data, *words, "--database", "postgresql://u@h/x").text
