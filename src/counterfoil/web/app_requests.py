"""Pages of requests: the list that can be searched, and one request with everything that is known of it."""

from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from msgspec import structs
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from counterfoil.core.clock import Clock
from counterfoil.core.errors import Unknown
from counterfoil.core.problems import Problem
from counterfoil.dispatch.overview import FILTERS, Filter, Overview
from counterfoil.dispatch.recording import Reason
from counterfoil.dispatch.request_details import Details, RequestDetails
from counterfoil.dispatch.tending import Tending
from counterfoil.web.advice import Advice, advice_on
from counterfoil.web.live import LOOK, SLOW_LOOK, Live, mark_of
from counterfoil.web.proof import Row, proof_of
from counterfoil.web.reception import ROOT, Form, Reception, Visitor
from counterfoil.web.shown import shown_body, shown_document
from counterfoil.web.steps import steps_of
from counterfoil.web.words import DIALECTS, FILTER_STATES, headline

LONGEST_TEXT: Final = 100
SPANS: Final = {"hour": 3600, "day": 24 * 3600, "3days": 3 * 24 * 3600}
SPAN_WORDS: Final = {"hour": "in the last hour", "day": "in the last day", "3days": "in the last 3 days"}
NAMES: Final = ("q", "connection", "state", "dialect", "time", "day")


class RequestPages:
    """The pages, their news, and what is done by hand."""

    def __init__(
        self,
        reception: Reception,
        live: Live,
        overview: Overview,
        details: RequestDetails,
        tending: Tending,
        clock: Clock,
    ) -> None:
        self.reception = reception
        self.live = live
        self.overview = overview
        self.details = details
        self.tending = tending
        self.clock = clock

    def routes(self) -> list[BaseRoute]:
        shows, does = self.reception.shows, self.reception.does
        routes: list[BaseRoute] = [
            Route(f"{ROOT}/requests", shows(self._list), methods=["GET"]),
            Route(f"{ROOT}/events/requests", shows(self._list_news), methods=["GET"]),
            Route(f"{ROOT}/events/requests/{{id}}", shows(self._news), methods=["GET"]),
        ]
        for name in ("queued_requests", "requests"):  # the first is what QUBE's answers link to
            one = f"{ROOT}/{name}/{{id}}"
            routes += [
                Route(one, shows(self._page), methods=["GET"]),
                Route(f"{one}/discard", does(self._discard), methods=["POST"]),
                Route(f"{one}/retry", does(self._retry), methods=["POST"]),
                Route(f"{one}/replay", does(self._replay), methods=["POST"]),
            ]
        return routes

    async def _list(self, request: Request, visitor: Visitor) -> Response:
        wanted = self._filter(request.query_params)
        companies = await self.overview.companies(visitor.account.id)
        found = await self.overview.requests(visitor.account.id, wanted)
        given = {name: request.query_params.get(name, "") for name in NAMES}
        said = {name: value for name, value in given.items() if value}
        return self.reception.page(
            "requests.html",
            visitor,
            here="requests",
            given=given,
            found=found,
            mark=mark_of(found),
            companies=companies,
            dialects=DIALECTS,
            states=FILTER_STATES,
            spans=SPAN_WORDS,
            is_filtered=bool(said),
            query=urlencode(said),
            before=wanted.before,
            next=urlencode({**said, "before": found.next}) if found.next else None,
        )

    async def _list_news(self, request: Request, visitor: Visitor) -> Response:
        parameters = request.query_params

        async def mark() -> object:
            return await self.overview.requests(visitor.account.id, self._filter(parameters))

        look = SLOW_LOOK if parameters.get("q") or parameters.get("dialect") else LOOK
        return self.live.stream(request, visitor.account.id, f"news {visitor.account.id}", mark, look)

    async def _page(self, request: Request, visitor: Visitor) -> Response:
        details = await self._found(request, visitor)
        return self.reception.page(
            "request.html",
            visitor,
            here="requests",
            details=details,
            mark=mark_of(_mark(details)),
            row=details.listed.row,
            headline=headline(details),
            steps=steps_of(details),
            advice=_advice(details),
            proof=_proof(details),
            body=shown_body(details.body),
            document=shown_document(details.document),
            answer=shown_document(details.answer),
            outcome=shown_body(details.outcome) if details.answer is None else None,
        )

    async def _news(self, request: Request, visitor: Visitor) -> Response:
        identifier = request.path_params["id"]

        async def mark() -> object:
            details = await self.details.find(visitor.account.id, identifier)
            return _mark(details) if details is not None else None

        return self.live.stream(request, visitor.account.id, identifier, mark)

    async def _discard(self, request: Request, visitor: Visitor, form: Form) -> Response:  # noqa: ARG002
        details = await self._found(request, visitor)
        await self.tending.discard(details.company.connection, details.listed.row.id)
        return self._to(details.listed.row.id)

    async def _retry(self, request: Request, visitor: Visitor, form: Form) -> Response:  # noqa: ARG002
        details = await self._found(request, visitor)
        return self._to(await self.tending.retry(visitor.account.id, details))

    async def _replay(self, request: Request, visitor: Visitor, form: Form) -> Response:
        details = await self._found(request, visitor)
        connection, identifier = details.company.connection, details.listed.row.id
        await self.tending.replay(connection, identifier, form.get("delivery", ""))
        return self._to(identifier)

    async def _found(self, request: Request, visitor: Visitor) -> Details:
        details = await self.details.find(visitor.account.id, request.path_params["id"].lower())
        if details is None:
            raise Unknown(Problem("unknown_resource", (), {"detail": "There is no such request."}))
        return details

    def _to(self, identifier: str) -> Response:
        return self.reception.to(f"/requests/{identifier}")

    def _filter(self, given: QueryParams) -> Filter:
        """What the address asks for; what is none of our choices is left out."""
        state, dialect = given.get("state", ""), given.get("dialect", "")
        span, until = given.get("time", ""), None
        since = self.clock.now() - SPANS[span] if span in SPANS else None
        if (day := _day(given.get("day", ""))) is not None:
            since, until = day, day + 24 * 3600 - 1
        return Filter(
            text=given.get("q", "").strip()[:LONGEST_TEXT],
            connection=given.get("connection") or None,
            state=state if state in FILTERS else None,
            dialect=dialect if dialect in DIALECTS else None,
            since=since,
            until=until,
            before=given.get("before", "")[:40] or None,
        )


def _day(text: str) -> int | None:
    """The first second of a day (`2026-06-02`), by UTC."""
    try:
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp())
    except (ValueError, OverflowError):
        return None


def _proof(details: Details) -> tuple[Row, ...]:
    """The sums of the sale; what was asked is not held against one that was changed afterwards."""
    if details.sale is None:
        return ()
    if details.is_of_now and details.has_changed:
        return proof_of(details.sale, None, None)
    return proof_of(details.sale, details.body, details.document)


def _mark(details: Details) -> object:
    """What changes while a page is looked at: how it stands, and its post."""
    entry, queued = details.entry, details.queued
    return (
        details.listed,
        (entry.state, entry.attempts, entry.sent_at) if entry is not None else None,
        (queued.state, queued.webhook_state) if queued is not None else None,
        details.posted,
        details.company.state,
    )


def _advice(details: Details) -> tuple[Advice, ...]:
    """What is wrong, and how it is mended: the catalogue's words where the books gave a code, beside their own."""
    entry, queued = details.entry, details.queued
    if details.listed.standing == "failed" and queued is not None and queued.error is not None:
        said: dict[str, Any] = msgspec.json.decode(queued.error)
        return (_said(str(said.get("code", "")), str(said.get("message", ""))),)
    if details.listed.standing in ("failed", "unknown") and entry is not None and entry.details.code:
        return (_said(entry.details.code, entry.details.words or ""),)
    return tuple(_reasoned(reason) for reason in details.reasons)


def _said(code: str, words: str) -> Advice:
    return structs.replace(advice_on(code, words), words=words)


def _reasoned(reason: Reason) -> Advice:
    if reason.code is not None:
        return _said(reason.code, reason.what)
    steps = (reason.mend,)
    return Advice(code=reason.kind, title=reason.what, text="", steps=steps, stops=True, actor=reason.actor)
