"""The steps of a request, each with its time: from the call that brought it to the post that tells of it."""

from typing import Final, Literal

from msgspec import Struct

from counterfoil.dispatch.request_details import Details
from counterfoil.web.words import BOOKS, DIALECTS

Mark = Literal["done", "now", "wrong", "waiting"]
ENDS: Final = {
    "done": ("done", "answered"),
    "failed": ("wrong", "answered with an error"),
    "refused": ("wrong", "refused it"),
}


class Step(Struct, frozen=True, kw_only=True):
    """`at` is None for what has not come yet."""

    label: str
    mark: Mark
    at: int | None = None
    detail: str = ""


def steps_of(details: Details) -> tuple[Step, ...]:
    """What happened, in order, and what is waited for."""
    return (_received(details), *_left(details), *_ended(details), *_told(details))


def _told(details: Details) -> list[Step]:
    """The post that tells of it: each try in the order of time, whatever it tells and whom, and then what is due."""
    tries: list[tuple[int, Step]] = []
    due: list[Step] = []
    for posted in details.posted:
        whom = " to ".join(part for part in (posted.row.event_type, posted.row.url) if part)
        for each in posted.tries:
            taken = each.status is not None and 200 <= each.status < 300
            told = f"answered {each.status}" if each.status is not None else "no answer"
            label = f"Webhook, try {each.number}: {told}"
            mark: Mark = "done" if taken else "wrong"
            tries.append((each.attempted_at, Step(label=label, mark=mark, at=each.attempted_at, detail=whom)))
        if posted.row.due_at is not None:
            due.append(Step(label="Webhook is due", mark="now", detail=whom))
    return [step for _, step in sorted(tries, key=lambda pair: pair[0])] + due


def _received(details: Details) -> Step:
    row = details.listed.row
    whence = DIALECTS.get(row.dialect or "", "")
    return Step(
        label=f"Received from {whence}'s API" if whence else "Received",
        mark="done",
        at=row.created_at,
        detail=row.address or "",
    )


def _left(details: Details) -> list[Step]:
    entry, books = details.entry, _books(details)
    if entry is None:
        return []
    if entry.sent_at is None:
        return [Step(label=f"Waits for {books}", mark="now")] if details.listed.standing == "waiting" else []
    times = f"sent {entry.attempts} times" if entry.attempts > 1 else ""
    return [Step(label=f"Handed to {books}", mark="done", at=entry.sent_at, detail=times)]


def _ended(details: Details) -> list[Step]:
    row, books = details.listed.row, _books(details)
    settled = details.entry.settled_at if details.entry is not None else row.settled_at
    match details.listed.standing:
        case "withdrawn":
            return [Step(label="Taken back", mark="wrong", at=settled or row.settled_at)]
        case "unknown":
            return [Step(label="The answer was lost; it is being looked for", mark="wrong")]
        case "sent":
            return [Step(label=f"{books} is at work", mark="now")]
        case "waiting":
            return []
    mark, told = ENDS[details.listed.standing]
    said: Mark = "done" if mark == "done" else "wrong"
    return [Step(label=f"{books} {told}", mark=said, at=settled)]


def _books(details: Details) -> str:
    return BOOKS.get(details.company.connection.books, "The books")
