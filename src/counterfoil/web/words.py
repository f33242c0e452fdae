"""What pages call things: plain words for states, dialects, books and verbs, and moments that a browser makes local."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from counterfoil.core.problems import Actor
from counterfoil.dispatch.overview import ConnectionView, Standing
from counterfoil.dispatch.request_details import Details
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.storage.overview import RequestRow

DIALECTS: Final[Mapping[str, str]] = {
    "conductor": "Conductor",
    "qube": "QUBE Sync",
    "chargeover": "ChargeOver",
    "snapbooks": "SnapBooks",
}
BOOKS: Final[Mapping[str, str]] = {
    "embedded": "Counterfoil's own books",
    "desktop": "QuickBooks Desktop",
    "online": "QuickBooks Online",
}
STANDINGS: Final[Mapping[Standing, str]] = {
    "waiting": "waiting",
    "sent": "with the books",
    "unknown": "outcome unknown",
    "done": "answered",
    "failed": "failed",
    "refused": "refused",
    "withdrawn": "withdrawn",
}
MOODS: Final[Mapping[str, str]] = {
    "waiting": "wait",
    "sent": "wait",
    "unknown": "bad",
    "done": "good",
    "failed": "bad",
    "refused": "bad",
    "withdrawn": "idle",
    "live": "good",
    "polling": "good",
    "late": "wait",
    "throttled": "wait",
    "paused": "idle",
    "created": "idle",
    "seen": "wait",
    "offline": "bad",
    "needs_attention": "bad",
    "due": "wait",
    "retrying": "bad",
    "delivered": "good",
    "active": "good",
    "failing": "bad",
}
"""Which of four colours a state has; the words say the same."""

STATES: Final[Mapping[str, str]] = {
    "live": "connected, listening",
    "polling": "connected",
    "late": "late",
    "throttled": "held back by Intuit",
    "paused": "paused",
    "created": "not connected yet",
    "seen": "being connected",
    "offline": "offline",
    "needs_attention": "needs attention",
}
FILTER_STATES: Final[Mapping[str, str]] = {
    "waiting": "waiting",
    "unknown": "outcome unknown",
    "done": "answered",
    "failed": "failed or refused",
    "withdrawn": "withdrawn",
}
ACTORS: Final[Mapping[Actor, str]] = {
    "developer": "The developer of the program that asked",
    "bookkeeper": "Whoever sits at the company's books",
    "operator": "Whoever runs this Counterfoil",
}
VERBS: Final[Mapping[str, str]] = {"create": "Create", "update": "Change", "void": "Void", "delete": "Delete"}


def asked(row: RequestRow) -> str:
    """What a request asks for, in a few words: `Create invoice 1042`, or `InvoiceAdd 1042` of a document."""
    if row.verb == "passthrough":
        return f"{row.resource or 'Document'} {row.number or ''}".strip()
    thing = CATALOGUE[row.resource].thing if row.resource in CATALOGUE else row.resource
    return " ".join(part for part in (VERBS.get(row.verb, row.verb.capitalize()), thing, row.number or "") if part)


def headline(details: Details) -> str:
    """How a request stands, in a sentence or two that anybody understands."""
    row, books = details.listed.row, BOOKS.get(details.company.connection.books, "the books")
    match details.listed.standing:
        case "waiting":
            return f"It waits for {books}. Nothing has left yet."
        case "sent":
            return f"{books} has it, and has not answered yet."
        case "unknown":
            return (
                f"It was handed to {books}, and the answer was lost on the way. Before anything else is sent, it is "
                "looked for there. Do not send it again."
            )
        case "failed" if details.answer is not None:
            return f"{books} answered with an error. What the answer names as an error was not written."
        case "failed":
            return "It was given up. Nothing was written."
        case "refused":
            return f"{books} refused it. Nothing was written."
        case "withdrawn":
            return "It was taken back before it left. Nothing was written."
    done = {"void": "It is voided", "delete": "It is deleted"}.get(row.verb, "It is written")
    return f"{books} answered." if details.is_document else f"{done} in {books}."


def state_told(company: ConnectionView) -> str:
    if company.connection.books == "embedded":
        return "always there"
    return STATES.get(company.state, company.state)


def iso(moment: int | None) -> str:
    """For `<time datetime>`: `2026-06-02T10:00:00Z`."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment is not None else ""


def moment(value: int | None) -> str:
    """For those whose browser runs no script: `2 Jun 2026, 10:00 UTC`."""
    if value is None:
        return ""
    read = datetime.fromtimestamp(value, UTC)
    return f"{read.day} {read:%b %Y, %H:%M:%S} UTC"


def cents(value: int) -> str:
    """`1,234.50`; nothing for nil."""
    return f"{value // 100:,}.{value % 100:02}" if value else ""


def weekday(value: int) -> str:
    """`Tue 2 Jun`, of the day that begins then."""
    read = datetime.fromtimestamp(value, UTC)
    return f"{read:%a} {read.day} {read:%b}"
