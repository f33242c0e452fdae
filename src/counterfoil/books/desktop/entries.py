"""Entries of the lane on their way: how one leaves, and what its answer makes of it."""

from uuid import NAMESPACE_OID, UUID, uuid5

from msgspec import structs

from counterfoil.books.desktop import pages
from counterfoil.books.desktop.answers import Answer
from counterfoil.books.desktop.desk import Desk
from counterfoil.model.outcome import Outcome
from counterfoil.storage.connectors import InFlight
from counterfoil.storage.lane import LaneEntry
from counterfoil.wire.qbxml.completed import invoices_shown
from counterfoil.wire.qbxml.message_sets import message_set_id
from counterfoil.wire.qbxml.outcomes import Response
from counterfoil.wire.qbxml.tree import parse, serialize
from counterfoil.wire.qbxml.write import with_message_set
from counterfoil.wire.qbxml.zones import Zone
from counterfoil.wire.troubles.trouble import course_of

UNREADABLE, GIVEN_UP = "QBD_ANSWER_UNREADABLE", "QBD_POISON_REQUEST"
FIRST_PROBLEM = 500


def hand(desk: Desk, entry: LaneEntry, *, ahead: bool = False) -> str:
    """The bytes that leave: stored with the entry before anybody gets them.

    A write has the id of its message set, by which QuickBooks carries it out once, and names the set before it, which
    QuickBooks may forget; a caller's own document has one too, by which its answer is known. An attempt that was
    answered, and refused for a moment's reason, is followed by another set. `ahead` says that nobody has asked yet.
    """
    document = parse(entry.document)
    asked = pages.asked_now(desk, entry, document.root)
    entry = pages.leaving(desk, entry)
    set_id = _set_id(entry) if _is_set(entry) else None
    old_id = desk.connector.last_set_id if set_id is not None else None
    root = with_message_set(asked, new_id=set_id, old_id=old_id if old_id != set_id else None)
    sent = serialize(root, document.version or desk.version)
    desk.put(
        desk.detail(entry, set_id=set_id, is_spent=False),
        state="sent",
        sent=sent,
        session_id=desk.record.id,
        attempts=entry.attempts + 1,
        sent_at=desk.now,
    )
    desk.settling.handed(desk.session, desk.connection.id, entry)
    desk.hold(InFlight(what="entry", entry_id=entry.id, is_ahead=ahead))
    return sent.decode()


def answered(desk: Desk, entry: LaneEntry, answer: Answer) -> None:
    """QuickBooks answered. What cannot be read was perhaps applied; what was locked is tried again."""
    told = answer.responses
    if told is None or not told.responses:
        unread(desk, entry, UNREADABLE, "")
        return
    delay = _delay(desk, entry, told.responses)
    if delay is not None:
        _leave_again(desk, entry, delay)
        return
    if pages.is_gone(entry, answer):
        lost(desk, entry)
        return
    left = pages.untold(desk, entry, answer)
    if pages.has_more(entry, answer):
        pages.told(desk, entry, answer, left)
        _note_answered(desk, entry)
        return
    settle_answered(desk, entry, left)


def settle_answered(desk: Desk, entry: LaneEntry, answer: Answer) -> None:
    """The answer stands."""
    entry = desk.detail(entry, zone=desk.connector.zone, **_iterated(answer))
    outcome: Outcome | None = None
    if entry.kind == "command":
        outcome = desk.books.outcome(desk.connection, structs.replace(entry, answer=answer.data))
    desk.settling.answered(
        desk.session,
        desk.connection.id,
        entry,
        answer.data,
        outcome=outcome,
        failure=answer.failure if entry.kind == "document" else None,
        told=answer.ids,
        seen=lambda: invoices_shown(answer.data, Zone(name=entry.details.zone)),
    )
    _note_answered(desk, entry)
    desk.settled.append(entry.id)


def unread(desk: Desk, entry: LaneEntry, code: str, words: str) -> None:
    """No answer that could be read: a write is in doubt, a query is simply asked again, within bounds."""
    desk.attend(code, words)
    if entry.is_write:
        desk.doubt(entry)
    elif pages.is_tried_enough(desk, entry):
        desk.fail(entry, code, words)
    else:
        desk.requeue(pages.lost(desk, entry))


def failed(desk: Desk, entry: LaneEntry, hresult: str, message: str) -> None:
    """QuickBooks took the document for none, or could not work: the code tells whether anything was applied."""
    course = course_of(hresult, message)
    if course == "unknown":
        unread(desk, entry, hresult, message)
    elif course == "stop":
        desk.requeue(entry)
        desk.end_with(hresult, message)
    elif course == "final":
        desk.fail(entry, hresult, message)
    elif pages.is_tried_enough(desk, entry):
        desk.fail(entry, GIVEN_UP, f"{hresult} {message}".strip())
    else:
        desk.attend(hresult, message)
        desk.requeue(pages.lost(desk, entry))


def lost(desk: Desk, entry: LaneEntry) -> None:
    """The session ended while the entry was in its hands."""
    if entry.is_write:
        desk.doubt(entry)
    elif pages.is_tried_enough(desk, entry):
        desk.fail(entry, GIVEN_UP, "the session was lost each time")
    else:
        desk.requeue(pages.lost(desk, entry))


def _note_answered(desk: Desk, entry: LaneEntry) -> None:
    if entry.details.set_id is not None:
        desk.note(last_set_id=entry.details.set_id)
    desk.note(last_success_at=desk.now, attention=None, attention_words=None, attention_at=None)


def _is_set(entry: LaneEntry) -> bool:
    return entry.is_write or entry.kind == "document"


def _set_id(entry: LaneEntry) -> str:
    """A name for this attempt: the request's own for the first; a later one has its own, as what was answered is
    kept under the name before it."""
    if entry.attempts == 0:
        return message_set_id(entry.id)
    if entry.details.set_id is not None and not entry.details.is_spent:
        return entry.details.set_id
    return message_set_id(str(uuid5(NAMESPACE_OID, f"{UUID(entry.id)} {entry.attempts}")))


def _delay(desk: Desk, entry: LaneEntry, responses: tuple[Response, ...]) -> int | None:
    """Seconds until an entry that met a lock leaves again; None where the answer stands."""
    if entry.kind == "document" or entry.attempts > len(desk.pace.delays):
        return None
    status = responses[0].status
    if status.code < FIRST_PROBLEM or course_of(str(status.code), status.message) != "later":
        return None
    return desk.pace.delays[entry.attempts - 1]


def _leave_again(desk: Desk, entry: LaneEntry, delay: int) -> None:
    if entry.details.set_id is not None:
        desk.note(last_set_id=entry.details.set_id)
    desk.requeue(desk.detail(entry, is_spent=True), delay=delay)


def _iterated(answer: Answer) -> dict[str, object]:
    first = answer.first
    if first is None or first.iterator_id is None:
        return {}
    return {"iterator_id": first.iterator_id, "remaining": first.remaining}
