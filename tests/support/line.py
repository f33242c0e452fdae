"""The line between a client and the server: it notes what passes, and can lose it as real lines do."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that reached the server, and its answer, whether or not that came back."""

    method: str
    path: str
    retry_count: str | None
    status: int
    headers: httpx.Headers
    request: Any
    response: Any


class Line(httpx.BaseTransport):
    """A transport that keeps every exchange, and writes it to `record` where there is such a file."""

    def __init__(self, record: Path | None = None) -> None:
        self.exchanges: list[Exchange] = []
        self.lost_requests = 0
        self._record = record
        self._transport = httpx.HTTPTransport()
        self._requests_to_lose = 0
        self._answers_to_lose = 0

    def lose_requests(self, count: int) -> None:
        """The next requests never reach the server."""
        self._requests_to_lose = count

    def lose_answers(self, count: int) -> None:
        """The server gets the next requests and answers them, and nobody hears of it."""
        self._answers_to_lose = count

    def sent(self, method: str, path: str) -> list[Exchange]:
        """What was exchanged with one address, without its query."""
        return [each for each in self.exchanges if each.method == method and each.path.split("?")[0].endswith(path)]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._requests_to_lose:
            self._requests_to_lose -= 1
            self.lost_requests += 1
            raise httpx.ConnectError("nobody there", request=request)
        response = self._transport.handle_request(request)
        response.read()
        self._note(request, response)
        if self._answers_to_lose:
            self._answers_to_lose -= 1
            response.close()
            raise httpx.ReadTimeout("the answer did not come back", request=request)
        return response

    def close(self) -> None:
        self._transport.close()

    def _note(self, request: httpx.Request, response: httpx.Response) -> None:
        sent = request.read()
        exchange = Exchange(
            method=request.method,
            path=request.url.raw_path.decode(),
            retry_count=request.headers.get("x-stainless-retry-count"),
            status=response.status_code,
            headers=response.headers,
            request=json.loads(sent) if sent else None,
            response=json.loads(response.content),
        )
        self.exchanges.append(exchange)
        if self._record is not None:
            kept = {name: getattr(exchange, name) for name in ("method", "path", "status", "request", "response")}
            with self._record.open("a") as file:
                file.write(json.dumps(kept) + "\n")
