"""The steps of a request: its post in the order of time, each try with what it tells and whom."""

from counterfoil.dispatch.overview import ConnectionView, Listed
from counterfoil.dispatch.request_details import Details, Posted
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.overview import PostedRow, RequestRow, TryRow
from counterfoil.web.steps import steps_of

FIRST, SECOND = "https://first.example/hook", "https://second.example/hook"


def details(*posted: Posted) -> Details:
    row = RequestRow(
        connection_id="c",
        id="r",
        verb="create",
        resource="invoices",
        state="done",
        dialect="conductor",
        address="POST /v1/quickbooks-desktop/invoices",
        number="1",
        about=None,
        result_id="1-1",
        created_at=100,
        settled_at=101,
        lane_state=None,
        webhook_state=None,
    )
    connection = ConnectionRecord(account_id="a", id="c", name="Acme", books="embedded", state="active")
    return Details(
        listed=Listed(row=row, company="Acme", standing="done"),
        company=ConnectionView(connection=connection, state="live"),
        body=None,
        outcome=None,
        idempotency_key=None,
        reasons=(),
        entry=None,
        queued=None,
        is_paged=False,
        sale=None,
        is_of_now=True,
        has_changed=False,
        invoice_id=None,
        journals=(),
        posted=posted,
    )


def post(url: str, event: str | None, due_at: int | None, *tries: tuple[int, int | None]) -> Posted:
    told = tuple(
        TryRow(number=number, attempted_at=at, status=status, answer="") for number, (at, status) in enumerate(tries, 1)
    )
    row = PostedRow(id=url, url=url, state="due", due_at=due_at, created_at=101, event_type=event)
    return Posted(row=row, tries=told)


def test_tries_of_several_receivers_stand_in_the_order_of_time() -> None:
    found = steps_of(
        details(
            post(FIRST, "invoice.created", 900, (102, 500), (107, None)),
            post(SECOND, None, None, (103, 200)),
        )
    )
    assert [(step.label, step.mark, step.at, step.detail) for step in found[2:]] == [
        ("Webhook, try 1: answered 500", "wrong", 102, f"invoice.created to {FIRST}"),
        ("Webhook, try 1: answered 200", "done", 103, SECOND),
        ("Webhook, try 2: no answer", "wrong", 107, f"invoice.created to {FIRST}"),
        ("Webhook is due", "now", None, f"invoice.created to {FIRST}"),
    ]
    assert [step.at for step in found[:2]] == [100, 101]
