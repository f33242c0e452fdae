"""What an operator asks of endpoints and of what they are owed."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from counterfoil.core.clock import Clock
from counterfoil.core.dates import precise_moment
from counterfoil.dispatch.administration import Administration
from counterfoil.dispatch.endpoints import DeliveryView, Endpoints, EndpointView, NewEndpoint
from counterfoil.storage.installation import AccountRecord

Arguments = Mapping[str, Any]
MOST_IN_A_SENTENCE: Final = 5


class WebhookCommands:
    """Adds, shows and takes away endpoints; sends again."""

    def __init__(self, administration: Administration, endpoints: Endpoints, clock: Clock) -> None:
        self.administration = administration
        self.endpoints = endpoints
        self.clock = clock

    @property
    def commands(self) -> Mapping[str, Callable[[Arguments], Awaitable[Any]]]:
        return {
            "webhook.add": self.add,
            "webhook.list": self.listed,
            "webhook.remove": self.remove,
            "webhook.pause": self.pause,
            "webhook.rotate": self.rotate,
            "webhook.test": self.test,
            "webhook.deliveries": self.deliveries,
            "webhook.replay": self.replay,
        }

    async def add(self, arguments: Arguments) -> Any:
        account = await self._account(arguments)
        asked = NewEndpoint(
            url=arguments["url"],
            dialect=arguments.get("dialect") or "standard",
            connection=arguments.get("connection"),
            events=tuple(arguments.get("events") or ()),
            is_ordered=bool(arguments.get("ordered")),
            secret=arguments.get("secret"),
        )
        endpoint, secret = await self.endpoints.add(account.id, asked)
        return {"id": endpoint.id, "url": endpoint.url, "dialect": endpoint.dialect, "secret": secret}

    async def listed(self, arguments: Arguments) -> Any:
        account = await self._account(arguments)
        return {"data": [_told(each) for each in await self.endpoints.of_account(account.id)]}

    async def remove(self, arguments: Arguments) -> Any:
        account = await self._account(arguments)
        gone = await self.endpoints.remove(account.id, arguments["id"])
        return {"id": gone.id, "removed": True}

    async def pause(self, arguments: Arguments) -> Any:
        account = await self._account(arguments)
        if arguments.get("resume"):
            await self.endpoints.resume(account.id, arguments["id"])
        else:
            await self.endpoints.pause(account.id, arguments["id"])
        return _told(await self.endpoints.find(account.id, arguments["id"]))

    async def rotate(self, arguments: Arguments) -> Any:
        """An endpoint's secret; a new one where that is asked for."""
        account = await self._account(arguments)
        rotate = bool(arguments.get("rotate"))
        return {"secret": await self.endpoints.secret(account.id, arguments["id"], rotate=rotate)}

    async def test(self, arguments: Arguments) -> Any:
        account = await self._account(arguments)
        await self.endpoints.test(account.id, arguments["id"])
        return {"id": arguments["id"], "sent": True}

    async def deliveries(self, arguments: Arguments) -> Any:
        account = await self._account(arguments)
        failed = bool(arguments.get("failed"))
        limit = int(arguments.get("limit") or 50)
        found = await self.endpoints.deliveries(account.id, arguments["id"], limit=limit, failed=failed)
        return {"data": [_delivery_told(each) for each in found]}

    async def replay(self, arguments: Arguments) -> Any:
        """One delivery, or with `since` everything of an endpoint that was given up since."""
        account = await self._account(arguments)
        if arguments.get("since") is None:
            await self.endpoints.replay(account.id, arguments["id"])
            return {"id": arguments["id"], "count": 1}
        count = await self.endpoints.recover(account.id, arguments["id"], int(arguments["since"]))
        return {"id": arguments["id"], "count": count}

    async def health(self) -> list[str]:
        """Each endpoint that does not take its post, in words."""
        found: list[str] = []
        for account in await self.administration.accounts():
            found += [_words(each) for each in await self.endpoints.of_account(account.id) if each.state != "active"]
        return found

    async def doctor(self) -> dict[str, Any]:
        wrong = await self.health()
        shown = "; ".join(wrong[:MOST_IN_A_SENTENCE])
        more = f"; and {len(wrong) - MOST_IN_A_SENTENCE} more" if len(wrong) > MOST_IN_A_SENTENCE else ""
        mend = "Look at it with `counterfoil webhook deliveries ID`; `webhook resume ID` ends a pause."
        return {
            "name": "endpoints",
            "ok": not wrong,
            "found": f"{shown}{more}" if wrong else "every endpoint takes its post",
            "mend": mend if wrong else "",
        }

    async def _account(self, arguments: Arguments) -> AccountRecord:
        return await self.administration.account(arguments.get("account"))


def _told(view: EndpointView) -> dict[str, Any]:
    endpoint, health = view.endpoint, view.health
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "dialect": endpoint.dialect,
        "connection": endpoint.connection_id,
        "events": list(endpoint.events) or ["*"],
        "ordered": endpoint.is_ordered,
        "state": view.state,
        "why": health.why,
        "last_success_at": _moment(health.last_success_at),
        "failing_since": _moment(health.failing_since),
        "last_failure": health.last_failure,
    }


def _delivery_told(view: DeliveryView) -> dict[str, Any]:
    delivery = view.delivery
    return {
        "id": delivery.id,
        "event": delivery.event_type,
        "event_id": delivery.event_id,
        "connection": delivery.connection_id,
        "state": view.state,
        "created_at": _moment(delivery.created_at),
        "next_try_at": _moment(delivery.due_at) if delivery.claimed_by is None else None,
        "tries": [
            {"at": _moment(each.attempted_at), "status": each.status, "answer": each.answer} for each in view.tries
        ],
    }


def _words(view: EndpointView) -> str:
    reason = view.health.why or view.health.last_failure or ""
    since = f" since {_moment(view.health.failing_since)}" if view.health.failing_since is not None else ""
    return f"{view.endpoint.url} is {view.state}{since}: {reason}"


def _moment(seconds: int | None) -> str | None:
    return precise_moment(seconds) if seconds is not None else None
