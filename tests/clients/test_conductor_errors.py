"""What goes wrong, through the vendor's client: errors that it understands, and re-sends that make nothing twice."""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest
from conductor import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    Conductor,
    InternalServerError,
    NotFoundError,
    PermissionDeniedError,
    UnprocessableEntityError,
)
from conductor.types.qbd import Invoice
from tests.clients.conftest import Connect
from tests.clients.site import Site
from tests.support.company import DAY, RECEIVABLE, Company
from tests.support.line import Line
from tests.support.server import Server
from tests.support.sums import NOTHING, money

INVOICES = "/invoices"


def told(error: APIStatusError) -> dict[str, Any]:
    """The error as the vendor's shape has it; what every one of them must have is checked here."""
    body = cast(dict[str, dict[str, Any]], error.body)["error"]
    assert {"message", "userFacingMessage", "type", "code", "httpStatusCode", "requestId"} <= body.keys()
    assert body["httpStatusCode"] == error.status_code
    assert body["requestId"] == error.response.headers["Conductor-Request-Id"]
    return body


def invoice_of(client: Conductor, company: Company, amount: str = "10.00", **more: Any) -> Invoice:
    """An invoice through another client than the company's own."""
    return client.qbd.invoices.create(
        conductor_end_user_id=company.user,
        customer_id=company.customer,
        transaction_date=DAY,
        lines=[{"item_id": company.labour, "amount": amount}],
        **more,
    )


@pytest.fixture
def busy_line(record: Path | None) -> Line:
    """A line apart from the company's, so that what was sent on it can be counted."""
    return Line(record)


@pytest.fixture
def patient(connect: Connect, busy_line: Line) -> Iterator[Conductor]:
    """The vendor's client as it is by default: it sends again, twice, what seems to have failed."""
    with connect(busy_line, max_retries=2) as client:
        yield client


def test_a_wrong_key_is_refused(connect: Connect, line: Line, user: str) -> None:
    with connect(line, api_key="sk_conductor_wrong") as stranger:
        acts: tuple[Callable[[], object], ...] = (
            lambda: stranger.qbd.invoices.list(conductor_end_user_id=user),
            lambda: stranger.qbd.company.retrieve(conductor_end_user_id=str(uuid.uuid4())),
            stranger.end_users.list,
        )
        for act in acts:
            with pytest.raises(AuthenticationError) as refusal:
                act()
            error = told(refusal.value)
            assert (error["type"], error["code"]) == ("AUTHENTICATION_ERROR", "API_KEY_INVALID")


def test_the_key_is_proved_before_an_end_user_is_looked_at(connect: Connect, line: Line) -> None:
    """Nobody without a key is told even that an id is none."""
    with connect(line, api_key="sk_conductor_wrong") as stranger, pytest.raises(AuthenticationError):
        stranger.qbd.company.retrieve(conductor_end_user_id="end_usr_nobody")


def test_a_revoked_key_is_refused_at_once(server: Server, connect: Connect, line: Line, user: str) -> None:
    key = server.command("key", "create", "--name", "short-lived")
    with connect(line, api_key=key["key"]) as client:
        assert client.qbd.health_check(conductor_end_user_id=user).status == "ok"
        server.command("key", "revoke", key["id"])
        with pytest.raises(AuthenticationError) as refusal:
            client.qbd.health_check(conductor_end_user_id=user)
    assert told(refusal.value)["code"] == "API_KEY_INVALID"


def test_a_key_of_one_connection_opens_no_other(site: Site, connect: Connect, line: Line, user: str) -> None:
    mine = site.new_connection("Mine")
    with connect(line, api_key=site.server.new_key("--connection", mine)) as client:
        assert client.qbd.health_check(conductor_end_user_id=mine).status == "ok"
        with pytest.raises((PermissionDeniedError, NotFoundError)):
            client.qbd.health_check(conductor_end_user_id=user)
        assert [each.company_name for each in client.end_users.list().data] == ["Mine"]


def test_another_accounts_end_user_is_not_there(site: Site, client: Conductor) -> None:
    """And nothing in the answer tells it from one that never was."""
    name = f"neighbour {uuid.uuid4()}"
    site.server.command("account", "create", "--name", name)
    theirs = site.server.new_connection("Theirs", "--books", site.books, "--account", name)
    answers = []
    for end_user in (theirs, str(uuid.uuid4())):
        with pytest.raises(NotFoundError) as refusal:
            client.qbd.invoices.list(conductor_end_user_id=end_user)
        error = told(refusal.value)
        assert error["code"] == "RESOURCE_MISSING"
        answers.append(
            {name: str(value).replace(end_user, "ID") for name, value in error.items() if name != "requestId"}
        )
    assert answers[0] == answers[1]
    assert theirs.replace("-", "") not in "".join(each.id for each in client.end_users.list().data)


def test_several_mistakes_are_told_at_once(company: Company) -> None:
    with pytest.raises(BadRequestError) as refusal:
        company.client.qbd.invoices.create(
            conductor_end_user_id=company.user,
            customer_id=company.customer,
            transaction_date="tomorrow",
            ref_number="123456789012",
            lines=[
                {"item_id": company.labour, "amount": "1.005"},
                {"item_id": company.labour, "quantity": cast(float, "two")},
            ],
            line_groups=[{"quantity": 1}],  # type: ignore[typeddict-item]
            extra_body={"colour": "red"},
        )
    error = told(refusal.value)
    assert error["type"] == "INVALID_REQUEST_ERROR"
    places = {
        "transactionDate",
        "refNumber",
        "lines[0].amount",
        "lines[1].quantity",
        "lineGroups[0].itemGroupId",
        "colour",
    }
    assert {problem["place"] for problem in error["problems"]} == places
    assert [place for place in places if place not in error["message"]] == []
    assert company.invoice_count() == 0


def test_the_books_tell_all_that_they_refuse_at_once(company: Company) -> None:
    with pytest.raises(InternalServerError) as refusal:
        company.client.qbd.invoices.create(
            conductor_end_user_id=company.user,
            customer_id="80000001-1",
            transaction_date=DAY,
            terms_id="80000002-2",
            lines=[{"item_id": company.labour}, {"item_id": "80000003-3"}],
        )
    places = {problem["place"] for problem in told(refusal.value)["problems"]}
    assert places == {"customerId", "termsId", "lines[1].itemId"}


def test_the_books_speak_of_the_callers_own_fields(company: Company) -> None:
    """Both names of two fields that exclude one another are the vendor's."""
    with pytest.raises(InternalServerError) as refusal:
        company.client.qbd.receive_payments.create(
            conductor_end_user_id=company.user,
            customer_id=company.customer,
            transaction_date=DAY,
            total_amount="10.00",
            is_auto_apply=True,
            apply_to_transactions=[{"transaction_id": company.invoice_of("10.00").id, "payment_amount": "10.00"}],
        )
    message = told(refusal.value)["message"]
    assert "isAutoApply" in message
    assert "applyToTransactions" in message


def missing_item(company: Company, client: Conductor) -> object:
    return client.qbd.invoices.create(
        conductor_end_user_id=company.user,
        customer_id=company.customer,
        transaction_date=DAY,
        lines=[{"item_id": "80000FFF-1"}],
    )


def no_lines(company: Company, client: Conductor) -> object:
    return client.qbd.invoices.create(
        conductor_end_user_id=company.user, customer_id=company.customer, transaction_date=DAY
    )


def stale_revision(company: Company, client: Conductor) -> object:
    made = company.invoice_of("10.00")
    return client.qbd.invoices.update(made.id, conductor_end_user_id=company.user, revision_number="1", memo="Late")


def over_application(company: Company, client: Conductor) -> object:
    return client.qbd.receive_payments.create(
        conductor_end_user_id=company.user,
        customer_id=company.customer,
        transaction_date=DAY,
        total_amount="20.00",
        apply_to_transactions=[
            {"transaction_id": company.invoice_of("10.00").id, "payment_amount": "20.00"},
        ],
    )


def missing_invoice(company: Company, client: Conductor) -> object:
    return client.qbd.invoices.retrieve("1-1", conductor_end_user_id=company.user)


def name_in_use(company: Company, client: Conductor) -> object:
    return client.qbd.customers.create(conductor_end_user_id=company.user, name="Acme")


def inactive_item(company: Company, client: Conductor) -> object:
    items = client.qbd.service_items
    item = items.retrieve(company.labour, conductor_end_user_id=company.user)
    items.update(item.id, conductor_end_user_id=company.user, revision_number=item.revision_number, is_active=False)
    return invoice_of(client, company)


REFUSALS: dict[str, tuple[Callable[[Company, Conductor], object], str]] = {
    "a missing item": (missing_item, "3140"),
    "an inactive item": (inactive_item, "3140"),
    "no lines": (no_lines, "3180"),
    "a stale revision": (stale_revision, "3200"),
    "too much applied": (over_application, "3210"),
    "a missing invoice": (missing_invoice, "500"),
    "a name in use": (name_in_use, "3100"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_the_books_refuse_is_told_with_their_code_and_sent_once(
    company: Company, patient: Conductor, busy_line: Line, name: str
) -> None:
    """By its status alone, 502, the vendor's client would send each of these three times."""
    act, code = REFUSALS[name]
    with pytest.raises(InternalServerError) as refusal:
        act(company, patient)
    error = told(refusal.value)
    assert (error["type"], error["code"]) == ("INTEGRATION_ERROR", "QBD_REQUEST_ERROR")
    assert (error["httpStatusCode"], error["integrationCode"]) == (502, code)
    assert error["message"].startswith(f"QBD Request Error ({code}): ")
    assert error["userFacingMessage"]
    assert refusal.value.response.headers["X-Should-Retry"] == "false"
    assert len([each for each in busy_line.exchanges if each.status == 502]) == 1


def test_a_lost_answer_makes_one_invoice(company: Company, patient: Conductor, busy_line: Line) -> None:
    """The server had made it; the unmodified client sends the request again and is told of the same invoice."""
    busy_line.lose_answers(1)
    made = invoice_of(patient, company)
    first, second = busy_line.sent("POST", INVOICES)
    assert (first.retry_count, second.retry_count) == ("0", "1")
    assert (first.status, second.status) == (200, 200)
    assert first.response == second.response
    assert second.headers["Idempotent-Replayed"] == "true"
    assert made.id == first.response["id"]
    assert company.invoice_count() == 1
    assert company.balances(RECEIVABLE) == {RECEIVABLE: money("10.00")}


def test_two_lost_answers_make_one_payment(company: Company, patient: Conductor, busy_line: Line) -> None:
    made = company.invoice_of("100.00")
    busy_line.lose_answers(2)
    patient.qbd.receive_payments.create(
        conductor_end_user_id=company.user,
        customer_id=company.customer,
        transaction_date=DAY,
        total_amount="30.00",
        apply_to_transactions=[{"transaction_id": made.id, "payment_amount": "30.00"}],
    )
    assert [each.retry_count for each in busy_line.exchanges] == ["0", "1", "2"]
    assert company.open_amounts(made.id) == [money("70.00")]


def test_a_lost_answer_to_an_update_is_not_a_stale_revision(
    company: Company, patient: Conductor, busy_line: Line
) -> None:
    made = company.invoice_of("10.00")
    busy_line.lose_answers(1)
    after = patient.qbd.invoices.update(
        made.id, conductor_end_user_id=company.user, revision_number=made.revision_number, memo="Once"
    )
    assert len(busy_line.exchanges) == 2
    assert company.read(made.id) == after


def test_a_lost_answer_to_a_deletion_is_not_a_missing_invoice(
    company: Company, patient: Conductor, busy_line: Line
) -> None:
    made = company.invoice_of("10.00")
    busy_line.lose_answers(1)
    assert patient.qbd.invoices.delete(made.id, conductor_end_user_id=company.user).deleted is True
    assert len(busy_line.exchanges) == 2
    assert company.invoice_count() == 0


def test_a_lost_request_is_carried_out_when_it_comes(company: Company, patient: Conductor, busy_line: Line) -> None:
    """A re-send that repeats nothing the server has seen is a request like any other."""
    company.invoice_of("10.00")
    busy_line.lose_requests(1)
    invoice_of(patient, company, "20.00")
    assert (busy_line.lost_requests, [each.retry_count for each in busy_line.exchanges]) == (1, ["1"])
    assert company.invoice_count() == 2


def test_the_same_request_twice_is_two_invoices(company: Company, patient: Conductor) -> None:
    first, second = invoice_of(patient, company), invoice_of(patient, company)
    assert first.id != second.id
    assert company.invoice_count() == 2


def test_an_idempotency_key_makes_one_invoice(company: Company, line: Line) -> None:
    once = {"Idempotency-Key": "order-1"}
    first = invoice_of(company.client, company, extra_headers=once)
    second = invoice_of(company.client, company, extra_headers=once)
    assert first == second
    replayed = [each.headers.get("Idempotent-Replayed") for each in line.sent("POST", INVOICES)]
    assert replayed == [None, "true"]
    assert company.invoice_count() == 1


def test_an_idempotency_key_replays_what_was_told_then(company: Company) -> None:
    once = {"Idempotency-Key": "order-1"}
    first = invoice_of(company.client, company, extra_headers=once)
    company.client.qbd.invoices.void(first.id, conductor_end_user_id=company.user)
    assert invoice_of(company.client, company, extra_headers=once) == first
    assert company.balances(RECEIVABLE) == {RECEIVABLE: NOTHING}


def test_an_idempotency_key_with_another_body_is_refused(company: Company) -> None:
    once = {"Idempotency-Key": "order-1"}
    invoice_of(company.client, company, "10.00", extra_headers=once)
    with pytest.raises(UnprocessableEntityError) as refusal:
        invoice_of(company.client, company, "10.01", extra_headers=once)
    assert told(refusal.value)["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert company.invoice_count() == 1


def test_a_refused_request_leaves_its_idempotency_key_free(company: Company) -> None:
    """Nothing was stored, so that the caller may mend the request and keep its key."""
    once = {"Idempotency-Key": "order-1"}
    with pytest.raises(InternalServerError):
        company.client.qbd.invoices.create(
            conductor_end_user_id=company.user,
            customer_id="80000FFF-1",
            transaction_date=DAY,
            lines=[{"item_id": company.labour}],
            extra_headers=once,
        )
    invoice_of(company.client, company, extra_headers=once)
    assert company.invoice_count() == 1


def test_an_idempotency_key_belongs_to_its_connection(site: Site, client: Conductor, company: Company) -> None:
    other = site.new_user(client, "Other", str(uuid.uuid4()))
    customers, once = client.qbd.customers, {"Idempotency-Key": "first-customer"}
    here = customers.create(conductor_end_user_id=company.user, name="Twin", extra_headers=once)
    there = customers.create(conductor_end_user_id=other, name="Twin", extra_headers=once)
    assert [each.id for each in customers.list(conductor_end_user_id=other)] == [there.id]
    assert customers.retrieve(here.id, conductor_end_user_id=company.user).name == "Twin"


def test_one_idempotency_key_at_the_same_time_makes_one_invoice(company: Company) -> None:
    once = {"Idempotency-Key": "rush"}

    def make(_: int) -> str:
        return invoice_of(company.client, company, extra_headers=once).id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(8)))) == 1
    assert company.invoice_count() == 1
