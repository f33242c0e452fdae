"""Requests as the vendor prints them, and what is answered: each `<case>.http` with its `<case>.json`.

In an answer `<id>`, `<moment>` and `<xml>` stand for what no document can foretell. An object with `...` has other keys
beside those named, a list that ends in it further entries; the order of keys is the printed one. Ids of the demo
company's records that no vendor prints are in braces.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from tests.acceptance.qube.house import DEMO

FOLDER: Final = Path(__file__).parent
CASES: Final = sorted(file.stem for file in FOLDER.glob("*.http"))
PATTERNS: Final = {
    "<id>": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "<moment>": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "<xml>": r"<\?xml .*</QBXML>",
}
MORE: Final = "..."
LISTS: Final = {
    "classes": ("ClassQuery", "ClassRet", "Residential"),
    "terms": ("TermsQuery", "StandardTermsRet", "Net 30"),
    "templates": ("TemplateQuery", "TemplateRet", ""),
    "customer_messages": ("CustomerMsgQuery", "CustomerMsgRet", ""),
    "receivables": ("AccountQuery", "AccountRet", "Accounts Receivable"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_request_as_it_is_printed(client: httpx.Client, case: str) -> None:
    named = records(client)
    head, _, body = filled((FOLDER / f"{case}.http").read_text(), named).partition("\n\n")
    method, path = head.split()
    answer = client.request(method, path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    expected = json.loads(filled((FOLDER / f"{case}.json").read_text(), named))
    compare(expected, answer.json(), "answer")
    again = client.get(answer.json()["data"]["links"]["self"].removeprefix("/api/v1"))
    assert again.json() == answer.json()


def compare(expected: Any, got: Any, place: str) -> None:
    if isinstance(expected, dict):
        assert isinstance(got, dict), place
        wanted = [key for key in expected if key != MORE]
        shown = [key for key in got if MORE not in expected or key in expected]
        assert shown == wanted, place
        for key in wanted:
            compare(expected[key], got[key], f"{place}.{key}")
    elif isinstance(expected, list):
        assert isinstance(got, list), place
        open_ended = bool(expected) and expected[-1] == MORE
        wanted = expected[:-1] if open_ended else expected
        assert len(got) == len(wanted) or (open_ended and len(got) > len(wanted)), place
        for index, each in enumerate(wanted):
            compare(each, got[index], f"{place}[{index}]")
    elif isinstance(expected, str) and any(mark in expected for mark in PATTERNS):
        pattern = re.escape(expected)
        for mark, inner in PATTERNS.items():
            pattern = pattern.replace(re.escape(mark), inner)
        assert re.fullmatch(pattern, got, re.DOTALL), (place, got)
    else:
        assert (got, type(got)) == (expected, type(expected)), place


def records(client: httpx.Client) -> dict[str, str]:
    """The ids of the demo company's records by the names that the cases have for them."""
    found = {}
    for name, (message, tag, full_name) in LISTS.items():
        request = {"request": {"name": f"{message}Rq"}}
        answer = client.post(f"/connections/{DEMO}/queued_requests", json={"request_json": request}).json()["data"]
        rows = answer["response_json"][0]["QBXMLMsgsRs"][f"{message}Rs"][tag]
        found[name] = next(row["ListID"] for row in rows if full_name in ("", row.get("FullName"), row.get("Name")))
    return found


def filled(text: str, named: dict[str, str]) -> str:
    for name, identifier in named.items():
        text = text.replace(f"{{{name}}}", identifier)
    return text
