"""Callers who send a request, and what they were told of each sending."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

MOST_SENDINGS: Final = 40
ONCE: Final = 1


@dataclass(frozen=True)
class Told:
    """The answer to one sending: its status, and whether it says that nothing was stored."""

    status: int
    is_not_applied: bool
    body: Any


@dataclass
class Caller:
    """Sends one request under one idempotency key until it is answered with success, at most `most` times.

    `says_nothing_stored` reads that from the body of an error in the dialect's words.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    says_nothing_stored: Callable[[Any], bool]
    auth: tuple[str, str] | None = None
    most: int = MOST_SENDINGS
    told: list[Told] = field(default_factory=list)

    async def run(self, client: httpx.AsyncClient) -> None:
        for _ in range(self.most):
            request = client.build_request(self.method, self.path, json=self.body, headers=self.headers)
            answer = await client.send(request, auth=self.auth)
            body = answer.json()
            failed = answer.status_code >= 400
            self.told.append(Told(answer.status_code, failed and self.says_nothing_stored(body), body))
            if not failed:
                return

    @property
    def has_succeeded(self) -> bool:
        return bool(self.told) and self.told[-1].status < 400

    @property
    def was_told_nothing_stored(self) -> bool:
        """Whether the first sending was answered so: then nothing may come of it if it is not sent again."""
        return self.told[0].is_not_applied


def by_outcome(body: Any) -> bool:
    """Conductor's errors have a word for it, and SnapBooks' as well."""
    found: bool = body.get("error", body)["outcome"] == "not_applied"
    return found


def by_words(body: Any) -> bool:
    """QUBE's have sentences alone."""
    return "nothing was stored" in body["errors"]["detail"]
