"""Intuit's OAuth: its endpoints, tokens, refusals, and what is told apart among them."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import parse_qs

import httpx
import pytest

from counterfoil.books.online.oauth import Client, GrantRefused, OAuth, OAuthAway
from counterfoil.books.online.pace import Pace
from counterfoil.core.clock import SetClock
from counterfoil.dispatch.grants import Tokens

T = TypeVar("T")
ENDPOINTS = {
    "issuer": "https://oauth.test/op/v1",
    "authorization_endpoint": "https://app.test/connect/oauth2",
    "token_endpoint": "https://oauth.test/tokens",
    "revocation_endpoint": "https://oauth.test/revoke",
}
SET = Client(environment="sandbox", client_id="id", client_secret="very secret")


def _with(answer: Callable[[httpx.Request], httpx.Response], ask: Callable[[OAuth], Awaitable[T]]) -> T:
    def respond(request: httpx.Request) -> httpx.Response:
        if "well-known" in request.url.path:
            return httpx.Response(200, json=ENDPOINTS)
        return answer(request)

    async def go() -> T:
        async with httpx.AsyncClient(transport=httpx.MockTransport(respond)) as http:
            return await ask(OAuth(lambda: http, SET, SetClock(), Pace()))

    return asyncio.run(go())


def test_a_refresh() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        told = {"token_type": "bearer", "access_token": "a", "expires_in": 3600, "refresh_token": "r2"}
        return httpx.Response(200, json=told | {"x_refresh_token_expires_in": 8726400})

    tokens = _with(answer, lambda oauth: oauth.refresh("r1"))
    assert tokens == Tokens(access="a", refresh="r2", access_seconds=3600, refresh_seconds=8726400)
    (request,) = asked
    assert parse_qs(request.content.decode()) == {"grant_type": ["refresh_token"], "refresh_token": ["r1"]}
    assert base64.b64decode(request.headers["authorization"].removeprefix("Basic ")) == b"id:very secret"
    assert request.headers["accept"] == "application/json"


@pytest.mark.parametrize(
    ("told", "final"),
    [
        ({"x_refresh_token_hard_expires_in": 157680000}, 157680000),
        ({"x_refresh_token_hard_expires_in": "157680000"}, 157680000),
        ({"x_refresh_token_hard_expires_in": "soon"}, None),
        ({}, None),
    ],
)
def test_when_the_consent_itself_ends(told: dict[str, Any], final: int | None) -> None:
    body = {"access_token": "a", "refresh_token": "r", "expires_in": "3600", **told}
    assert _with(lambda _: httpx.Response(200, json=body), lambda oauth: oauth.refresh("r")).final_seconds == final


@pytest.mark.parametrize(
    ("status", "body", "is_ours"),
    [
        (400, b'{"error":"invalid_grant"}', False),
        (401, b'{"error":"invalid_grant","error_description":"Incorrect token"}', False),
        (401, b'{"error":"invalid_client"}', True),
        (401, b"", True),
    ],
)
def test_refusals(status: int, body: bytes, is_ours: bool) -> None:
    with pytest.raises(GrantRefused) as refusal:
        _with(lambda _: httpx.Response(status, content=body), lambda oauth: oauth.refresh("r"))
    assert refusal.value.is_ours is is_ours
    assert "very secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("status", "body"), [(500, b""), (429, b""), (200, b"<html>"), (200, b"{}"), (400, b'{"error":"server_error"}')]
)
def test_what_is_no_answer_is_tried_again(status: int, body: bytes) -> None:
    with pytest.raises(OAuthAway):
        _with(lambda _: httpx.Response(status, content=body), lambda oauth: oauth.refresh("r"))


def test_a_line_that_is_down() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    with pytest.raises(OAuthAway):
        _with(answer, lambda oauth: oauth.refresh("r"))
    with pytest.raises(OAuthAway):
        _with(answer, lambda oauth: oauth.revoke("r"))


def test_a_token_that_is_gone_already_is_revoked() -> None:
    asked: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.content)
        return httpx.Response(400, json={"error": "invalid_request"})

    _with(answer, lambda oauth: oauth.revoke("r"))
    assert asked == [b'{"token":"r"}']


@pytest.mark.parametrize(
    ("environment", "base", "discovery"),
    [
        (
            "sandbox",
            "https://sandbox-quickbooks.api.intuit.com",
            "https://developer.intuit.com/.well-known/openid_sandbox_configuration/",
        ),
        (
            "production",
            "https://quickbooks.api.intuit.com",
            "https://developer.intuit.com/.well-known/openid_configuration/",
        ),
        ("http://localhost:8082/.well-known/x", "http://localhost:8082", "http://localhost:8082/.well-known/x"),
    ],
)
def test_environments(environment: str, base: str, discovery: str) -> None:
    client = Client(environment=environment)
    assert (client.base, client.discovery) == (base, discovery)
    assert client.is_known is environment.startswith("http")
    assert Client(environment=environment, api_base="http://elsewhere").base == "http://elsewhere"
