"""Every description that the server gives of itself is kept: what it allows is answered, and answered as described.

DESCRIPTION_EXAMPLES is how many requests each operation gets of each kind; more of them look further.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.acceptance.descriptions.known import GOOD, grounded
from tests.acceptance.descriptions.server import Described, described

from counterfoil.dialects.chargeover import openapi as chargeover
from counterfoil.dialects.conductor import openapi as conductor
from counterfoil.dialects.qube import openapi as qube
from counterfoil.dialects.qube.v2 import openapi as qube_v2
from counterfoil.dialects.snapbooks import openapi as snapbooks

Case = schemathesis.Case[Any]

EXAMPLES: Final = int(os.environ.get("DESCRIPTION_EXAMPLES", "3"))
DOCUMENTS: Final[Mapping[str, Any]] = {
    "conductor": conductor.document(),
    "qube": qube.document(None),
    "qube-v2": qube_v2.document(None),
    "chargeover": chargeover.document(),
    "snapbooks": snapbooks.document(),
}
ADDRESSES: Final = {"conductor": "/openapi.json"} | {
    dialect: f"/openapi/{dialect}.json" for dialect in DOCUMENTS if dialect != "conductor"
}
ALIKE: Final = ("queued-requests", "pages", "discard", "invoices", "customers", "payments", "txns", "txn-void", "lists")
"""Of QUBE's second version, whose operations are all made by one rule, these ends of addresses stand for the others."""


def is_tried(dialect: str, path: str) -> bool:
    end = path.rpartition("/")[2]
    return dialect != "qube-v2" or EXAMPLES > 9 or "{" in end or end in ALIKE


OPERATIONS: Final = [
    (dialect, method, path)
    for dialect, document in DOCUMENTS.items()
    for path, operations in document["paths"].items()
    for method in operations
    if method != "parameters" and is_tried(dialect, path)
]
SCHEMAS: Final = {
    dialect: schemathesis.openapi.from_dict(
        dict(document),
        config=schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}}),
    )
    for dialect, document in DOCUMENTS.items()
}
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
FATAL: Final = {
    ("delete", "/v1/end-users/{id}"),
    ("delete", "/api/v1/connections/{connection_id}"),
    ("delete", "/api/v2/connections/{connection_id}"),
}
"""They take the company away that every other request is about, so they get ids of nobody only."""

SALES: Final = ("invoice", "credit-memo", "payment", "transaction")
"""Words in addresses where something may be voided or deleted, and then is of no more use to anybody."""

UNHURRIED: Final = settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
"""The same requests every time. None is made smaller on failure: books that have moved on would answer otherwise."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    with described(tmp_path_factory.mktemp("descriptions") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """One line for all requests; a proxy of the environment's has no part in it."""
    with requests.Session() as opened:
        opened.trust_env = False
        yield opened


@pytest.mark.parametrize("dialect", DOCUMENTS)
def test_the_description_that_is_served_is_the_one_that_is_tried_here(server: Described, dialect: str) -> None:
    assert httpx.get(server.url + ADDRESSES[dialect]).json() == DOCUMENTS[dialect]


@pytest.mark.parametrize(("dialect", "method", "path"), OPERATIONS)
def test_what_the_description_allows(
    server: Described, session: requests.Session, dialect: str, method: str, path: str
) -> None:
    if any(word in path for word in SALES):
        server = server.renewed()

    @UNHURRIED
    @given(case=SCHEMAS[dialect][path][method.upper()].as_strategy(), data=st.data())
    def told(case: Case, data: st.DataObject) -> None:
        if (method, path) not in FATAL and data.draw(st.integers(0, 3)):
            ground(case, server, dialect, data)
        ask(case, server, session, dialect)

    told()


@pytest.mark.parametrize(
    ("dialect", "method", "path"), [each for each in OPERATIONS if each[1] in ("post", "put", "delete") or EXAMPLES > 9]
)
def test_what_the_description_forbids(
    server: Described, session: requests.Session, dialect: str, method: str, path: str
) -> None:
    operation = SCHEMAS[dialect][path][method.upper()]

    @UNHURRIED
    @given(case=operation.as_strategy(schemathesis.GenerationMode.NEGATIVE))
    def refused(case: Case) -> None:
        ask(case, server, session, dialect)

    try:
        refused()
    except Unsatisfiable:
        pytest.skip("nothing is forbidden there")


def ground(case: Case, server: Described, dialect: str, data: st.DataObject) -> None:
    """Have a request be about what exists."""
    known = server.known[dialect]

    def pick(choices: Any) -> Any:
        return data.draw(st.sampled_from(choices))

    if case.method == "POST" and case.path in GOOD and data.draw(st.booleans()):
        case.body = dict(GOOD[case.path])
    case.body = grounded(case.body, known, pick)
    case.query = grounded(case.query, known, pick)
    here = case.path.split("/{")[0].rsplit("/", 1)[-1]
    case.path_parameters = grounded(case.path_parameters, {**known, **server.own.get(here, {})}, pick)
    if isinstance(case.body, dict) and "revisionNumber" in case.body:
        case.body["revisionNumber"] = revision(case, server) or case.body["revisionNumber"]


def revision(case: Case, server: Described) -> str | None:
    """The revision of a record of Conductor's dialect as it is now: an update that names another is refused."""
    answer = httpx.get(server.url + case.formatted_path, headers=dict(server.headers["conductor"]))
    return str(answer.json()["revisionNumber"]) if answer.is_success else None


def ask(case: Case, server: Described, session: requests.Session, dialect: str) -> None:
    """Send a request, and hold the answer against the description."""
    headers = dict(server.headers[dialect])
    answer = case.call(base_url=server.url, session=session, headers=headers)
    if answer.content == b"Invalid HTTP request received.":
        return  # a parameter longer than the server reads: no dialect ever saw it
    checks = [each for each in CHECKS if each is not not_a_server_error or not excused(answer, dialect)]
    case.validate_response(answer, checks=checks, headers=headers)


def excused(answer: schemathesis.Response, dialect: str) -> bool:
    """Whether a status of 500 and above is no fault of the server but how the vendor refuses.

    Conductor tells with 502 what QuickBooks would not do; QUBE's Web Connector, which is nowhere here, is 501.
    """
    if dialect == "conductor" and answer.status_code == 502:
        return bool(answer.json()["error"]["code"] == "QBD_REQUEST_ERROR")
    return dialect in ("qube", "qube-v2") and answer.status_code == 501
