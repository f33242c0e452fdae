"""What endpoints are told of writes on desktop books: each once, whatever befell it on its way."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select
from tests.simulation.desktop.company import OPERATIONS, Request, requests
from tests.simulation.desktop.troubles import TROUBLES
from tests.simulation.desktop.world import Template, World, world

from counterfoil.dispatch.endpoints import NewEndpoint
from counterfoil.storage.contract import Session
from counterfoil.storage.tables.post import deliveries

TOLD: Final = {
    "create": ("invoice.created",),
    "update": ("invoice.updated",),
    "void": ("invoice.voided",),
    "delete": ("invoice.deleted",),
    "payment": ("payment.created",),
    "customer": ("customer.created",),
}
"""By operation, where the books carried it out. The payment is one in part."""

BY_NAME: Final = {each.name: each for each in TROUBLES}
DOUBTFUL: Final = "connector-dies-after-ProcessRequest"
"""QuickBooks has carried it out, and its answer is lost."""


async def types(run: World) -> Counter[str]:
    def look(session: Session) -> Counter[str]:
        return Counter(row[0] for row in session.select(select(deliveries.c.event_type)))

    return await run.house.look(look)


def counted(run: World, outcome: str) -> float | None:
    """How many commands ended so, by the server's own count."""
    running = run.house.running
    assert running is not None
    labels = {"way": "lane", "outcome": outcome}
    return running.metrics.registry.get_sample_value("counterfoil_outcomes_total", labels)


async def listening(run: World) -> None:
    running = run.house.running
    assert running is not None
    account = await running.administration.account(None)
    asked = NewEndpoint(url="https://example.com/hook", events=("invoice.*", "payment.*", "customer.*", "request.*"))
    await running.post.endpoints.add(account.id, asked)


async def carried_out(run: World, template: Template, operation: str, trouble: str | None) -> Counter[str]:
    await listening(run)
    await run.ask(requests(template.ids)[operation])
    if trouble is not None:
        await BY_NAME[trouble].befall(run)
    await run.sessions()
    return await types(run)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_write_tells_what_it_did_and_that_it_succeeded(operation: str, template: Template, tmp_path: Path) -> None:
    async def story() -> None:
        async with world(template, tmp_path) as run:
            told = await carried_out(run, template, operation, None)
            assert told == Counter((*TOLD[operation], "request.succeeded"))

    asyncio.run(story())


def test_a_payment_of_all_that_is_open_tells_that_the_invoice_is_paid(template: Template, tmp_path: Path) -> None:
    async def story() -> None:
        async with world(template, tmp_path) as run:
            await listening(run)
            ids = template.ids
            applied = [{"transactionId": ids.invoices["B-3"], "paymentAmount": "300.00"}]
            paid = {"customerId": ids.customer, "transactionDate": "2026-03-02", "totalAmount": "300.00"}
            await run.ask(Request("POST", "/receive-payments", paid | {"applyToTransactions": applied}))
            await run.sessions()
            assert await types(run) == Counter(("payment.created", "invoice.paid", "request.succeeded"))

    asyncio.run(story())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_write_in_doubt_is_told_of_as_such_once_and_then_what_became_of_it(
    operation: str, template: Template, tmp_path: Path
) -> None:
    async def story() -> None:
        async with world(template, tmp_path) as run:
            told = await carried_out(run, template, operation, DOUBTFUL)
            doubt = ("request.outcome_unknown", "request.outcome_resolved")
            objects = Counter({name: count for name, count in told.items() if not name.startswith("request.")})
            assert told - objects == Counter((*doubt, "request.succeeded"))
            assert objects[TOLD[operation][0]] == 1
            assert counted(run, "done") == counted(run, "reconciled") == 1

    asyncio.run(story())
