"""One request to Intuit's Accounting API, and all the ways in which it can end.

IntuitError
├── Unsent        it never left, or was turned away at the door: not applied
│   └── Throttled     asked too often: not applied, and not to be asked again for a while
│       └── Resting       not even sent, because Intuit was asked too often just before
├── Unanswered    it left, and no answer came that could be read: perhaps applied
├── Refused       Intuit's own fault: not applied
└── NotGranted    no token, or none that Intuit takes: not applied, and a person must act
"""

from collections.abc import Callable, Mapping
from typing import Final

import httpx
from msgspec import Struct, field

from counterfoil.books.online.limits import Limits
from counterfoil.books.online.pace import Pace
from counterfoil.wire.qbo.bodies import decoded
from counterfoil.wire.qbo.faults import IntuitFault, read_fault
from counterfoil.wire.qbo.table import Json

MINOR_VERSION: Final = "75"
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of an answer: a page of a thousand invoices has some megabytes."""

UNAUTHORIZED, FORBIDDEN, TOO_MANY, SERVER_ERROR = 401, 403, 429, 500


class IntuitError(Exception):
    """A request that brought no object back; `words` say why."""

    def __init__(self, words: str, code: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.code = code


class Unsent(IntuitError):
    pass


class Throttled(Unsent):
    pass


class Resting(Throttled):
    pass


class Unanswered(IntuitError):
    pass


class NotGranted(IntuitError):
    pass


class Refused(IntuitError):
    def __init__(self, fault: IntuitFault) -> None:
        super().__init__(fault.detail or fault.message, fault.code)
        self.fault = fault


class Request(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is sent: the path below the company's, its query, and the body as the very bytes that leave."""

    method: str = "GET"
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    content_type: str = "application/json"
    is_batch: bool = False


class Reply(Struct, frozen=True, kw_only=True):
    """What came back; `tid` is Intuit's own number for it, to be quoted to its support."""

    status: int
    content_type: str
    body: bytes
    tid: str | None = None


def object_in(raw: bytes) -> Json:
    """One JSON object, fractions as Decimal. Raises Unanswered where it is none."""
    try:
        value = decoded(raw)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise Unanswered(f"Intuit's answer cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise Unanswered("Intuit's answer is no JSON object")
    return value


class Intuit:
    """Sends requests, within the limits. `api_base` is the address above `/v3/company`."""

    def __init__(self, http: Callable[[], httpx.AsyncClient], api_base: str, limits: Limits, pace: Pace) -> None:
        self.http = http
        self.api_base = api_base.rstrip("/")
        self.limits = limits
        self.timeout = httpx.Timeout(pace.read, connect=pace.connect, pool=None)

    async def send(self, realm_id: str, token: str, request: Request) -> Reply:
        """The reply, whatever it says. Raises Unsent and Unanswered."""
        url = f"{self.api_base}/v3/company/{realm_id}/{request.path}"
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if request.method == "POST":
            headers["Content-Type"] = request.content_type
        async with self.limits.turn(realm_id, is_batch=request.is_batch):
            try:
                return await self._sent(request, url, headers)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
                raise Unsent(f"Intuit cannot be reached: {_told(error)}") from error
            except httpx.HTTPError as error:
                raise Unanswered(f"no answer from Intuit: {_told(error)}") from error

    async def _sent(self, request: Request, url: str, headers: Mapping[str, str]) -> Reply:
        """Read whole, up to a bound."""
        query = {**request.query, "minorversion": MINOR_VERSION}
        content = request.body.encode() if request.method == "POST" else None
        async with self.http().stream(
            request.method, url, params=query, content=content, headers=headers, timeout=self.timeout
        ) as answer:
            chunks, size = [], 0
            async for chunk in answer.aiter_bytes():
                chunks.append(chunk)
                size += len(chunk)
                if size > LARGEST:
                    raise Unanswered(f"Intuit's answer has more than {LARGEST} bytes")
            return Reply(
                status=answer.status_code,
                content_type=answer.headers.get("content-type", ""),
                body=b"".join(chunks),
                tid=answer.headers.get("intuit_tid"),
            )


def read(reply: Reply) -> Json:
    """The object that a reply brings. Raises Throttled, Unanswered, Refused, and NotGranted for a token that is not
    taken.

    Intuit tells faults in three shapes and not always with the status of one (reference: 200 with a Fault).
    """
    fault = read_fault(reply.status, reply.content_type, reply.body)
    if reply.status == TOO_MANY or (fault is not None and fault.kind == "throttle"):
        raise Throttled("Intuit was asked too often", fault.code if fault is not None else "")
    if reply.status == UNAUTHORIZED:
        raise NotGranted(_words(fault, "Intuit does not take the token"), fault.code if fault is not None else "")
    if fault is not None and fault.kind == "auth":
        raise NotGranted(_words(fault, "Intuit lets nobody in"), fault.code)
    if reply.status >= SERVER_ERROR or (fault is not None and fault.kind == "system"):
        raise Unanswered(_words(fault, f"Intuit failed with {reply.status}"), fault.code if fault is not None else "")
    if fault is not None:
        raise Refused(fault)
    if not 200 <= reply.status < 300:
        detail = f"Intuit answered with the status {reply.status}"
        raise Refused(IntuitFault(code=str(reply.status), message=detail, detail=detail))
    return object_in(reply.body)


def _words(fault: IntuitFault | None, otherwise: str) -> str:
    return (fault.detail or fault.message or otherwise) if fault is not None else otherwise


def _told(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()
