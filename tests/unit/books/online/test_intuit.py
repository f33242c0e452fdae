"""One request to Intuit, and every way in which it can end."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Final

import httpx
import pytest

from counterfoil.books.online.intuit import (
    Intuit,
    IntuitError,
    NotGranted,
    Refused,
    Request,
    Throttled,
    Unanswered,
    Unsent,
    read,
)
from counterfoil.books.online.limits import Limits
from counterfoil.books.online.pace import Pace
from counterfoil.wire.qbo.table import Json

Answer = Callable[[httpx.Request], httpx.Response]
JSON: Final = {"content-type": "application/json;charset=UTF-8"}
XML: Final = {"content-type": "application/xml"}
GATEWAY_401: Final = (
    b'{"warnings":null,"intuitObject":null,"fault":{"error":[{"message":"message=AuthenticationFailed; '
    b'errorCode=003200; statusCode=401","detail":"Token expired","code":"3200","element":null}],'
    b'"type":"AUTHENTICATION"},"report":null,"queryResponse":null,"batchItemResponse":[],"time":1755000000000}'
)
GATEWAY_429: Final = (
    b'{"fault":{"error":[{"message":"message=ThrottleExceeded; errorCode=003001; statusCode=429",'
    b'"detail":"The request limit was reached.","code":"3001"}],"type":"SERVICE"}}'
)
XML_429: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><IntuitResponse xmlns="http://schema.intuit.com/finance/v3">'
    b'<Fault type="SERVICE"><Error code="3001"><Message>message=ThrottleExceeded; errorCode=003001; statusCode=429'
    b"</Message><Detail>The request limit was reached.  Try again later</Detail></Error></Fault></IntuitResponse>"
)


def _fault(code: str, type_: str = "ValidationFault") -> bytes:
    told = f'{{"Fault":{{"Error":[{{"Message":"m","Detail":"d","code":"{code}","element":""}}],"type":"{type_}"}},'
    return told.encode() + b'"time":"2026-11-23T03:36:24.123-08:00"}'


def _ask(answer: Answer, request: Request | None = None) -> Json:
    async def go() -> Json:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            pace = Pace()
            intuit = Intuit(lambda: client, "https://intuit.test/", Limits(pace), pace)
            return read(await intuit.send("913", "secret", request or Request(path="invoice/1")))

    return asyncio.run(go())


def _raised(status: int, body: bytes, headers: dict[str, str] = JSON) -> IntuitError:
    with pytest.raises(IntuitError) as error:
        _ask(lambda _: httpx.Response(status, content=body, headers=headers))
    return error.value


def test_what_is_sent() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"Invoice": {"Id": "1"}}, headers={"intuit_tid": "t"})

    body = '{"TotalAmt":10.10}'
    _ask(answer, Request(method="POST", path="invoice", query={"requestid": "r + 1"}, body=body))
    (request,) = asked
    assert str(request.url).partition("?")[0] == "https://intuit.test/v3/company/913/invoice"
    assert dict(request.url.params) == {"requestid": "r + 1", "minorversion": "75"}
    assert b"%2B" in request.url.query
    assert request.headers["authorization"] == "Bearer secret"
    assert request.headers["accept"] == "application/json"
    assert request.headers["content-type"] == "application/json"
    assert request.content == body.encode()
    assert request.extensions["timeout"] == {"connect": 10.0, "read": 130.0, "write": 130.0, "pool": None}


def test_amounts_are_exact() -> None:
    answer = _ask(lambda _: httpx.Response(200, content=b'{"Invoice":{"TotalAmt":1234567890123.10,"Balance":5}}'))
    assert answer["Invoice"]["TotalAmt"] == Decimal("1234567890123.10")
    assert answer["Invoice"]["Balance"] == 5


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected", "code"),
    [
        (400, _fault("6240"), JSON, Refused, "6240"),
        (200, _fault("6000"), JSON, Refused, "6000"),
        (400, _fault("5010"), JSON, Refused, "5010"),
        (404, b"nothing here", {"content-type": "text/html"}, Refused, "404"),
        (401, GATEWAY_401, JSON, NotGranted, "3200"),
        (401, b"", {}, NotGranted, "401"),
        (403, _fault("120", "AuthorizationFault"), JSON, NotGranted, "120"),
        (429, GATEWAY_429, JSON, Throttled, "3001"),
        (429, XML_429, XML, Throttled, "3001"),
        (429, XML_429, JSON, Throttled, "3001"),
        (403, XML_429, XML, Throttled, "3001"),
        (429, b"slow down", {}, Throttled, "429"),
        (500, _fault("10000", "SystemFault"), JSON, Unanswered, "10000"),
        (200, _fault("10000", "SystemFault"), JSON, Unanswered, "10000"),
        (500, b"<html>oops</html>", {"content-type": "text/html"}, Unanswered, "500"),
        (503, b"", {}, Unanswered, "503"),
        (504, b"gateway", {}, Unanswered, "504"),
        (200, b"", JSON, Unanswered, ""),
        (200, b"not json", JSON, Unanswered, ""),
        (200, b'{"Invoice":', JSON, Unanswered, ""),
        (200, b"[1]", JSON, Unanswered, ""),
        (200, b"\xff\xfe", JSON, Unanswered, ""),
    ],
)
def test_every_ending(
    status: int, body: bytes, headers: dict[str, str], expected: type[IntuitError], code: str
) -> None:
    error = _raised(status, body, headers)
    assert type(error) is expected
    assert error.code == code


def test_several_problems_are_told_together() -> None:
    body = (
        b'{"Fault":{"Error":[{"Message":"a","Detail":"b","code":"2020","element":"Line"},'
        b'{"Message":"c","Detail":"d","code":"2500","element":"ItemRef"}],"type":"ValidationFault"}}'
    )
    error = _raised(400, body)
    assert isinstance(error, Refused)
    assert [each.code for each in (error.fault, *error.fault.others)] == ["2020", "2500"]


def _raising(error: Exception) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    return answer


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("x")])
def test_what_never_left_was_not_applied(error: Exception) -> None:
    with pytest.raises(Unsent):
        _ask(_raising(error))


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout("slow"),
        httpx.WriteTimeout("slow"),
        httpx.ReadError("reset"),
        httpx.WriteError("reset"),
        httpx.RemoteProtocolError("half an answer"),
    ],
)
def test_what_may_have_arrived_was_perhaps_applied(error: Exception) -> None:
    with pytest.raises(Unanswered):
        _ask(_raising(error))
