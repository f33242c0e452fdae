"""Transcripts of the vendor's documents, asked as printed but for host, key and numbers, and answered as printed.

A file holds requests and answers in turn. `<name>` in an answer is learned where it first stands and must be the same
ever after; in a request it is filled in. `<any>` is anything. Keys of an answer stand in the order in which
they are told.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from tests.acceptance.chargeover.office import Client, Office, basic

HERE: Final = Path(__file__).parent
CASES: Final = sorted(path.stem for path in HERE.glob("*.http"))
NAME = re.compile(r"<(\w+)>")


@pytest.mark.parametrize("case", CASES)
def test_it_is_answered_as_printed(us: Office, caller: Client, case: str) -> None:
    known: dict[str, Any] = {"base": us.url, "customer": caller.customer(), "item": caller.item("Paver")}
    known["customer_token"] = caller.ask("GET", f"/customer/{known['customer']}")["token"]
    known["class"] = caller.find("class")[0]["class_id"]
    known["terms"] = caller.find("terms", where="terms_name:EQUALS:Net 30")[0]["terms_id"]
    known["currency"] = caller.find("currency", where="currency_iso4217:EQUALS:USD")[0]["currency_id"]
    parts = [part.strip() for part in re.split(r"^###.*$", (HERE / f"{case}.http").read_text(), flags=re.MULTILINE)]
    for request, answer in zip(parts[1::2], parts[2::2], strict=True):
        check(send(us, caller, request, known), answer, known)


def send(us: Office, caller: Client, text: str, known: dict[str, Any]) -> httpx.Response:
    """A request: method and address, headers, an empty line, a body."""
    head, _, body = text.partition("\n\n")
    first, *lines = head.splitlines()
    method, path = first.split(" ", 1)
    headers = dict(line.split(": ", 1) for line in lines)
    auth = None if headers.pop("Key", "") == "none" else basic(caller.key)
    filled = json.dumps(fill(json.loads(body), known)) if body else None
    address = NAME.sub(lambda found: str(known[found[1]]), path)
    return httpx.request(method, us.url + address, content=filled, headers=headers, auth=auth)


def fill(value: Any, known: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {name: fill(each, known) for name, each in value.items()}
    if isinstance(value, list):
        return [fill(each, known) for each in value]
    found = NAME.fullmatch(value) if isinstance(value, str) else None
    return known[found[1]] if found else value


def check(answer: httpx.Response, text: str, known: dict[str, Any]) -> None:
    head, _, body = text.partition("\n\n")
    status, *lines = head.splitlines()
    assert answer.status_code == int(status), (answer.text, answer.headers.get("counterfoil-problems"))
    same(json.loads(body), answer.json(), known, "")
    for line in lines:
        name, _, wanted = line.partition(": ")
        told = answer.headers[name]
        same_text(wanted, told, known)


def same_text(wanted: str, told: str, known: dict[str, Any]) -> None:
    assert NAME.sub(lambda found: str(known[found[1]]), wanted) == told


def same(wanted: Any, told: Any, known: dict[str, Any], place: str) -> None:
    if isinstance(wanted, dict):
        assert isinstance(told, dict), place
        assert list(wanted) == list(told), place
        for name, each in wanted.items():
            same(each, told[name], known, f"{place}.{name}")
    elif isinstance(wanted, list):
        assert isinstance(told, list), place
        assert len(wanted) == len(told), place
        for number, (left, right) in enumerate(zip(wanted, told, strict=True)):
            same(left, right, known, f"{place}[{number}]")
    elif isinstance(wanted, str) and (found := NAME.fullmatch(wanted)):
        assert found[1] == "any" or known.setdefault(found[1], told) == told, place
    else:
        assert (type(wanted), wanted) == (type(told), told), place
