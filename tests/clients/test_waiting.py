"""What callers of the vendor's client see of a QuickBooks that is slow, shut down, paused or not there at all."""

import time
from collections.abc import Iterator
from typing import Any, cast

import pytest
from conductor import APIStatusError, Conductor, ConflictError, DefaultHttpxClient
from conductor.types.qbd import Invoice
from tests.clients.site import Site, connection_of
from tests.support.company import DAY, Company
from tests.support.desktop import Office
from tests.support.line import Line
from tests.support.sums import money

AT_ONCE = 20.0
"""Seconds: less than any caller's patience, and enough for a busy machine."""


@pytest.fixture(scope="module")
def site(sites: Any) -> Site:
    """Desktop books alone: the embedded ones cannot be away."""
    found: Site = sites("desktop")
    return found


@pytest.fixture
def client(site: Site) -> Iterator[Conductor]:
    with (
        DefaultHttpxClient(transport=Line()) as http,
        Conductor(api_key=site.key, base_url=f"{site.server.url}/v1", max_retries=0, http_client=http) as connected,
    ):
        yield connected


@pytest.fixture
def company(site: Site, client: Conductor, request: pytest.FixtureRequest) -> Iterator[Company]:
    user = site.new_user(client, request.node.name[:40], request.node.nodeid)
    yield Company(client, user)
    site.close(user)


@pytest.fixture
def office(site: Site, company: Company) -> Office:
    return site.office(company.user)


def told(error: APIStatusError) -> dict[str, Any]:
    return cast(dict[str, dict[str, Any]], error.body)["error"]


def invoice(company: Company, patience: float | None = None, key: str | None = None) -> Invoice:
    """An invoice of 10.00, for which the caller waits so many seconds; `key` is its idempotency key."""
    headers = {"Conductor-Timeout-Seconds": None if patience is None else str(patience), "Idempotency-Key": key}
    return company.client.qbd.invoices.create(
        conductor_end_user_id=company.user,
        customer_id=company.customer,
        transaction_date=DAY,
        lines=[{"item_id": company.labour, "amount": "10.00"}],
        extra_headers={name: value for name, value in headers.items() if value is not None},
    )


def test_a_call_waits_for_quickbooks(company: Company, office: Office) -> None:
    office.faults.add("slow:1.5")
    began = time.monotonic()
    made = invoice(company)
    assert time.monotonic() - began >= 1.5
    office.faults.add("slow:0")
    assert money(made.subtotal) == 10
    assert company.invoice_count() == 1


def test_a_call_is_answered_at_once_while_the_connector_is_there(company: Company) -> None:
    began = time.monotonic()
    invoice(company)
    assert time.monotonic() - began < AT_ONCE


def test_what_has_not_left_in_time_is_withdrawn(company: Company, office: Office) -> None:
    """The Web Connector was closed; when it comes back there is nothing left to do."""
    office.pause()
    with pytest.raises(APIStatusError) as refusal:
        invoice(company, patience=0.5)
    error = told(refusal.value)
    assert (refusal.value.status_code, error["code"]) == (504, "QBD_REQUEST_TIMEOUT")
    assert error["outcome"] == "not_applied"
    assert refusal.value.response.headers["X-Should-Retry"] == "false"
    office.resume()
    assert company.invoice_count() == 0


def test_what_has_left_comes_to_its_end_and_a_key_tells_of_it(company: Company, office: Office) -> None:
    office.faults.add("slow:1.5")
    with pytest.raises(APIStatusError) as refusal:
        invoice(company, patience=0.5, key="slow order")
    error = told(refusal.value)
    assert (error["code"], error["outcome"]) == ("QBD_REQUEST_TIMEOUT", "unknown")
    assert error["pendingRequestId"]
    made = invoice(company, key="slow order")
    office.faults.add("slow:0")
    assert company.read(made.id).id == made.id
    assert company.invoice_count() == 1


def test_a_new_end_user_is_refused_at_once(client: Conductor) -> None:
    made = client.end_users.create(company_name="Nobody there", source_id="nobody", email="n@example.com")
    began = time.monotonic()
    with pytest.raises(ConflictError) as refusal:
        client.qbd.company.retrieve(conductor_end_user_id=made.id)
    assert time.monotonic() - began < AT_ONCE
    error = told(refusal.value)
    assert (error["type"], error["code"]) == ("INTEGRATION_CONNECTION_ERROR", "INTEGRATION_CONNECTION_NOT_SET_UP")
    assert error["outcome"] == "not_applied"


def test_a_paused_connection_is_refused_at_once(site: Site, company: Company) -> None:
    identifier = connection_of(company.user)
    site.server.command("connection", "pause", identifier, "--minutes", "5")
    with pytest.raises(ConflictError) as refusal:
        invoice(company)
    assert told(refusal.value)["code"] == "INTEGRATION_CONNECTION_NOT_ACTIVE"
    site.server.command("connection", "pause", identifier, "--minutes", "0")
    invoice(company, patience=30)
    assert company.invoice_count() == 1


def test_a_lock_on_a_screen_is_waited_for(company: Company, office: Office) -> None:
    """QuickBooks says 3175 while somebody has the transaction open: the request leaves again."""
    office.faults.add("locked:1")
    invoice(company, patience=30)
    assert company.invoice_count() == 1
