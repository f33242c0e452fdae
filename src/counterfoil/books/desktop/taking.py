"""What a session brought: an answer is taken for the document at hand, or passed by; and how far the session is."""

from typing import Final

from msgspec import structs

from counterfoil.books.desktop import entries, recovery
from counterfoil.books.desktop.answers import Answer
from counterfoil.books.desktop.desk import Desk
from counterfoil.books.desktop.ending import end_session
from counterfoil.books.desktop.evidence import asking, looked_for
from counterfoil.books.desktop.handing import prove
from counterfoil.books.desktop.proof import facts_of
from counterfoil.dispatch.connectors import may_work
from counterfoil.storage.connectors import InFlight
from counterfoil.storage.lane import LaneEntry

OVER: Final = 100
FAILED: Final = -1
OF_SESSIONS: Final = ("", "0", "1", "2", "company", "host")
"""The ids of questions that belong to a session, and to no entry."""


def take(desk: Desk, answer: Answer, hresult: str, message: str) -> bool:
    """What `receiveResponseXML` brought, for the document that the session has in its hands. Tells whether it was."""
    held = desk.state.in_flight
    if held is None or desk.ahead.lies(desk.record):
        return False  # posted twice: it was settled by the first
    entry = desk.entry(held.entry_id)
    if entry is not None and not _belongs(held, answer, entry):
        if not _is_of_lane(desk, answer):
            end_session(desk)  # the answer of another connection's document: tickets were mixed up
        return False  # or that of an earlier document, posted once more
    desk.release()
    desk.change(served=desk.state.served + 1)
    if answer.utc_offset is not None and answer.utc_offset != desk.connector.utc_offset:
        desk.note(utc_offset=answer.utc_offset)
    if held.what == "company":
        _company_told(desk, answer)
    elif held.what == "keepalive":
        desk.change(is_over=held.is_last and not (may_work(desk.connector, desk.now) and desk.has_work()))
    elif entry is None or entry.settled_at is not None:
        pass  # it has come to its end in another way
    elif held.what == "entry":
        _entry_told(desk, entry, answer, hresult, message)
    else:
        _recovery_told(desk, held, entry, answer, hresult)
    return True


def _company_told(desk: Desk, answer: Answer) -> None:
    facts = facts_of(answer.data.decode("utf-8", "replace"), desk.connection.account_id)
    prove(desk, facts, "")


def _entry_told(desk: Desk, entry: LaneEntry, answer: Answer, hresult: str, message: str) -> None:
    """An entry that leaves twice in a session, and is lost twice, is looked for twice."""
    desk.change(reconciled=tuple(each for each in desk.state.reconciled if each != entry.id))
    if hresult:
        entries.failed(desk, entry, hresult, message)
    else:
        entries.answered(desk, entry, answer)


def _recovery_told(desk: Desk, held: InFlight, entry: LaneEntry, answer: Answer, hresult: str) -> None:
    if hresult:
        answer = structs.replace(answer, responses=None)
    if held.what == "status":
        recovery.status_told(desk, entry, answer)
    elif held.what == "evidence":
        recovery.evidence_told(desk, entry, answer)
    else:
        recovery.fetched(desk, entry, answer)


def progress(desk: Desk) -> int:
    """Never 100 before the end: the Web Connector would stop."""
    state = desk.state
    if state.is_over:
        return FAILED if state.error else OVER
    is_next_known = state.in_flight is not None or state.pending is not None
    if not desk.connector.is_live and state.is_proved and not is_next_known and not desk.has_work():
        return OVER
    waiting = desk.lane.count("queued") + (state.in_flight is not None)
    return min(99, 100 * state.served // (state.served + waiting + 1))


def _belongs(held: InFlight, answer: Answer, entry: LaneEntry) -> bool:
    """Whether an answer is that of the document at hand; one that names neither set nor request is taken as such."""
    told = answer.responses
    if told is None:
        return True
    asked_set = entry.details.set_id if held.what in ("entry", "status") else None
    if told.message_set_id is not None and asked_set is not None:
        return told.message_set_id == asked_set
    request_id = told.responses[0].request_id if told.responses else None
    if held.what in ("evidence", "fetch"):
        return not request_id or request_id == asking(entry)
    return entry.kind == "document" or not request_id or request_id == entry.id


def _is_of_lane(desk: Desk, answer: Answer) -> bool:
    """Whether an answer is that of anything that this connection was asked."""
    told = answer.responses
    if told is None or (told.message_set_id is not None and told.message_set_id == desk.connector.last_set_id):
        return True
    request_id = (told.responses[0].request_id if told.responses else None) or ""
    return request_id in OF_SESSIONS or desk.entry(looked_for(request_id)) is not None
