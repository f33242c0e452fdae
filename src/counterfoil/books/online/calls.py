"""What is asked of one company, with its token; what Intuit says about being asked at all is noted."""

import logging
from collections.abc import Sequence
from typing import Any, Final

from counterfoil.books.online.answers import Exchange
from counterfoil.books.online.intuit import (
    Intuit,
    NotGranted,
    Refused,
    Reply,
    Request,
    Resting,
    Throttled,
    Unanswered,
    read,
)
from counterfoil.books.online.pace import Pace
from counterfoil.books.online.tokens import AccessTokens
from counterfoil.dispatch.grants import DENIED, Grants
from counterfoil.storage.grants import Grant
from counterfoil.wire.qbo.bodies import encoded
from counterfoil.wire.qbo.faults import fault_in
from counterfoil.wire.qbo.table import Json

NOTED_EVERY: Final = 60
"""Seconds between two notes that a company answers."""

LONGEST_LINE: Final = 1500
"""Characters of a query that travels in the address; longer ones are posted."""

_log = logging.getLogger(__name__)


class Calls:
    """Asks Intuit on behalf of one connection."""

    def __init__(self, connection_id: str, intuit: Intuit, tokens: AccessTokens, grants: Grants, pace: Pace) -> None:
        self.connection_id = connection_id
        self.intuit = intuit
        self.tokens = tokens
        self.grants = grants
        self.pace = pace
        self._noted_at = 0

    async def ask(self, request: Request) -> Json:
        """The object that Intuit answers. Raises IntuitError."""
        return (await self.exchange(request))[0]

    async def exchange(self, request: Request) -> tuple[Json, Exchange]:
        """The object that Intuit answers, and the proof of it. A token that is not taken is renewed once."""
        grant, token = await self.tokens.token(self.connection_id)
        self._check_rested(grant)
        reply = await self.intuit.send(grant.realm_id, token, request)
        if reply.status == 401:
            grant, token = await self.tokens.token(self.connection_id, rejected=token)
            reply = await self.intuit.send(grant.realm_id, token, request)
        answer = await self._read(grant, reply)
        await self._answered(grant)
        return answer, _exchange(reply)

    async def query(self, text: str) -> Json:
        """The `QueryResponse` of a query; what is too long for an address is posted."""
        if len(text) <= LONGEST_LINE:
            answer = await self.ask(Request(path="query", query={"query": text}))
        else:
            answer = await self.ask(Request(method="POST", path="query", body=text, content_type="application/text"))
        return _query_response(answer)

    async def queries(self, texts: Sequence[str]) -> list[Json]:
        """Several queries as one batch, which Intuit counts as one request; in their order. Raises Refused."""
        items = [{"bId": str(number), "Query": text} for number, text in enumerate(texts)]
        body = encoded({"BatchItemRequest": items}).decode()
        answer = await self.ask(Request(method="POST", path="batch", body=body, is_batch=True))
        found: dict[str, Json] = {}
        for item in answer.get("BatchItemResponse") or ():
            fault = fault_in(item)
            if fault is not None:
                raise Refused(fault)
            found[str(item.get("bId"))] = _query_response(item)
        if len(found) != len(texts):
            raise Unanswered("a batch was answered in part")
        return [found[str(number)] for number in range(len(texts))]

    def _check_rested(self, grant: Grant) -> None:
        """What would surely be turned away is not sent."""
        if grant.throttled_until > self.grants.clock.now():
            raise Resting("Intuit was asked too often, and is left in peace for a while")

    async def _read(self, grant: Grant, reply: Reply) -> Json:
        """What a reply brings; what Intuit says about being asked at all is noted beside raising it.

        `grant` is the one whose token was shown: of another that was stored meanwhile nothing is said.
        """
        try:
            return read(reply)
        except Throttled:
            await self.grants.throttle(self.connection_id, self.pace.throttle)
            raise
        except NotGranted as error:
            if grant.attention is None:
                _log.warning("connection %s: Intuit lets nobody in: %s", self.connection_id, error.words)
                await self.grants.attend(self.connection_id, DENIED, error.words, grant.generation)
            raise

    async def _answered(self, grant: Grant) -> None:
        """Note now and then that the company answers, and at once where it did not before."""
        now = self.grants.clock.now()
        is_mended = grant.attention is not None or grant.throttled_since is not None
        if is_mended or now - self._noted_at >= NOTED_EVERY:
            self._noted_at = now
            changes: dict[str, Any] = {"last_seen_at": now, "last_success_at": now}
            if is_mended:
                changes |= {"attention": None, "attention_words": None, "attention_at": None, "throttled_since": None}
            await self.grants.note(self.connection_id, **changes)


def _exchange(reply: Reply) -> Exchange:
    return Exchange(status=reply.status, tid=reply.tid, body=reply.body.decode("utf-8", "replace"))


def _query_response(answer: Json) -> Json:
    found = answer.get("QueryResponse")
    if not isinstance(found, dict):
        raise Unanswered("a query was answered without a QueryResponse")
    return found
