"""How far a company's connecting has come, as its bookkeeper is told: what was seen of the Web Connector, in ticks."""

from typing import Final, Literal

from msgspec import Struct

from counterfoil.core.dates import precise_moment
from counterfoil.dispatch.connectors import Condition, State
from counterfoil.storage.connectors import Connector
from counterfoil.web.advice import Advice, advice_on

Name = Literal["downloaded", "reached", "accepted", "opened", "right", "connected"]
Mark = Literal["done", "now", "waiting", "wrong"]

PASSWORD_CODES: Final = ("QBWC_PASSWORD_WRONG", "QBWC_PASSWORD_ROTATED")
COMPANY_CODES: Final = ("QBD_WRONG_COMPANY_FILE", "QBD_COMPANY_UNPROVED")
WORKING: Final[tuple[State, ...]] = ("live", "polling", "late", "paused")
"""States of a connection that has proved itself and is still heard of."""

LABELS: Final[dict[Name, str]] = {
    "downloaded": "The connection file was downloaded",
    "reached": "The Web Connector reached us",
    "accepted": "The password is right",
    "opened": "QuickBooks opened a company",
    "right": "It is the right company",
    "connected": "QuickBooks answered. Connected!",
}
WRONG_LABELS: Final[dict[Name, str]] = {
    "accepted": "The password is wrong",
    "opened": "QuickBooks could not open the company",
    "right": "The company that is open cannot be used",
}
"""What a tick says where its thing went wrong."""

STEPS: Final[dict[Name, int]] = {"downloaded": 1, "reached": 2, "accepted": 3, "opened": 3, "right": 3, "connected": 3}
"""The step of the page that brings each tick about."""

ALL_DONE: Final = 5
"""The step after the last one: nothing is left to do."""


class Tick(Struct, frozen=True, kw_only=True):
    name: Name
    label: str
    mark: Mark
    detail: str | None = None


class Progress(Struct, frozen=True, kw_only=True):
    """What the page shows, and what is sent on to it at every piece of news. Moments are ISO 8601, UTC.

    `step` is the number of the step that a person has to do next, 5 where none is left; `waiting` counts the requests
    that wait.
    """

    state: State
    words: str
    step: int
    ticks: tuple[Tick, ...]
    trouble: Advice | None
    company: str | None
    product: str | None
    last_seen_at: str | None
    paused_until: str | None
    waiting: int
    is_connected: bool


def progress_of(condition: Condition, since: int) -> Progress:
    """How far a connection has come, for a link that was made at `since`.

    A new link to a connection that is no longer heard of begins anew: what was seen before it does not count.
    """
    connector = condition.connector
    since = 0 if condition.state in WORKING else since
    trouble = _trouble(condition)
    advice = advice_on(trouble, connector.attention_words or "") if trouble is not None else None
    wrong = _wrong_tick(trouble, connector, since)
    ticks = _ticks(_reached_marks(connector, since, wrong), connector, wrong, trouble)
    is_connected = all(tick.mark == "done" for tick in ticks)
    return Progress(
        state=condition.state,
        words=_words(condition, advice, is_connected=is_connected),
        step=ALL_DONE if is_connected else STEPS[next(tick.name for tick in ticks if tick.mark != "done")],
        ticks=ticks,
        trouble=advice,
        company=connector.company_name if is_connected else None,
        product=_product(connector) if is_connected else None,
        last_seen_at=_moment(connector.last_seen_at),
        paused_until=_moment(connector.paused_until) if condition.state == "paused" else None,
        waiting=condition.waiting,
        is_connected=is_connected,
    )


def _trouble(condition: Condition) -> str | None:
    """The code of what is to be mended now. A password that was wrong is forgotten once a right one came."""
    connector = condition.connector
    if connector.attention is None:
        return "QBD_OFFLINE" if condition.state == "offline" else None
    accepted, noted = connector.last_poll_at, connector.attention_at
    if connector.attention in PASSWORD_CODES and accepted is not None and noted is not None and accepted > noted:
        return None
    return connector.attention


def _wrong_tick(code: str | None, connector: Connector, since: int) -> Name | None:
    """The tick that the trouble stands in the way of; none where the connection works and will go on by itself."""
    if code is None or code == "QBD_OFFLINE":
        return None
    if code in PASSWORD_CODES:
        return "accepted"
    if code in COMPANY_CODES:
        return "right"
    worked = connector.last_success_at is not None and connector.last_success_at >= since
    return None if worked and not advice_on(code, connector.attention_words or "").stops else "opened"


def _reached_marks(connector: Connector, since: int, wrong: Name | None) -> int:
    """How many ticks are done, from the first on: each stands for all before it."""
    if wrong is not None:
        return list(LABELS).index(wrong)
    facts = (
        connector.downloaded_at,
        connector.last_seen_at,
        connector.last_poll_at,
        connector.last_success_at,
        connector.last_success_at,
        connector.last_success_at,
    )
    return max((count for count, at in enumerate(facts, 1) if at is not None and at >= since), default=0)


def _ticks(done: int, connector: Connector, wrong: Name | None, code: str | None) -> tuple[Tick, ...]:
    is_own = code not in COMPANY_CODES
    details = {"reached": _version(connector), "opened": connector.company_name if is_own else None}
    ticks = []
    for place, (name, label) in enumerate(LABELS.items()):
        mark: Mark = "done" if place < done else "waiting"
        if place == done:
            mark = "wrong" if name == wrong else "now"
        detail = details.get(name) if mark == "done" else None
        told = WRONG_LABELS.get(name, label) if mark == "wrong" else label
        ticks.append(Tick(name=name, label=told, mark=mark, detail=detail))
    return tuple(ticks)


def _words(condition: Condition, advice: Advice | None, *, is_connected: bool) -> str:
    """The state of the connection in one sentence."""
    if condition.state == "paused":
        return "Paused: nothing is sent to QuickBooks."
    if condition.state == "late":
        return "The Web Connector is late: it usually calls more often."
    if condition.state == "offline":
        return "The Web Connector has not been heard from for a while."
    if advice is not None and not is_connected:
        return "Something needs your help."
    if is_connected:
        return "Connected, and listening." if condition.state == "live" else "Connected."
    return "Waiting for your computer." if condition.state == "created" else "The Web Connector calls. Not done yet."


def _version(connector: Connector) -> str | None:
    return f"version {connector.connector_version}" if connector.connector_version else None


def _product(connector: Connector) -> str | None:
    parts = [part for part in (connector.product, connector.product_version) if part]
    return " ".join(parts) or None


def _moment(moment: int | None) -> str | None:
    return precise_moment(moment) if moment else None
