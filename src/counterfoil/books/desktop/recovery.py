"""What became of a write whose answer was lost: asked of QuickBooks, and never guessed.

QuickBooks keeps the answer of a message set under the set's id. The way is: ask for the *status* of the set; where
QuickBooks tells ids alone, *fetch* the object; where it has nothing stored, or cannot tell, look for *evidence* in the
company file. Only what is proved not to be there leaves again. What cannot be proved stays unknown, and the lane goes
on without it.
"""

from msgspec import structs

from counterfoil.books.desktop.answers import Answer
from counterfoil.books.desktop.desk import Desk
from counterfoil.books.desktop.entries import answered, settle_answered
from counterfoil.books.desktop.evidence import evidence_in, look_up_in, object_question, question_of
from counterfoil.storage.connectors import InFlight
from counterfoil.storage.lane import LaneEntry
from counterfoil.wire.qbxml.message_sets import NOTHING_STORED, status_document
from counterfoil.wire.qbxml.outcomes import Recovered, Response


def begin(desk: Desk, entry: LaneEntry) -> str:
    """The question after the status of the entry's message set."""
    entry = desk.detail(entry, recovering=entry.details.recovering + 1)
    desk.put(entry)
    desk.change(reconciled=(*desk.state.reconciled, entry.id))
    document = status_document(entry.details.set_id or "", desk.version).decode()
    desk.hold(InFlight(what="status", entry_id=entry.id, document=document))
    return document


def status_told(desk: Desk, entry: LaneEntry, answer: Answer) -> None:
    """What QuickBooks says of the set: its answers, that it has nothing, or that it cannot tell."""
    told = answer.responses
    if told is not None and told.responses:
        _stored(desk, entry, answer, told.responses)
    elif told is not None and told.message_set_status == NOTHING_STORED:
        _look_or(desk, entry, resend=True)
    else:
        _look_or(desk, entry, resend=False)


def evidence_told(desk: Desk, entry: LaneEntry, answer: Answer) -> None:
    """What the company file shows of the write."""
    found = evidence_in(entry, answer)
    match found.what:
        case "absent":
            desk.requeue(entry)
        case "made":
            _fetch(desk, entry, found.recovered)
        case "answered":
            settle_answered(desk, entry, structs.replace(answer, data=found.data))
        case "unclear":
            desk.doubt(entry)


def fetched(desk: Desk, entry: LaneEntry, answer: Answer) -> None:
    """The object that the write left behind. Where it is gone again, what was told of it before is all there is."""
    first = look_up_in(answer, entry)
    if first is not None and not first.refused:
        settle_answered(desk, entry, answer)
    elif entry.answer is not None:
        settle_answered(desk, entry, structs.replace(answer, data=entry.answer))
    else:
        desk.doubt(entry)


def _stored(desk: Desk, entry: LaneEntry, answer: Answer, responses: tuple[Response, ...]) -> None:
    """QuickBooks has answered this set before. Of what it made it may tell the ids alone."""
    first = responses[0]
    if entry.kind == "command" and not first.refused and first.recovered is not None and _is_made(entry):
        _fetch(desk, desk.put(entry, answer=answer.data), first.recovered)
        return
    answered(desk, entry, answer)  # what met a lock leaves again


def _is_made(entry: LaneEntry) -> bool:
    return entry.details.verb in ("create", "update")


def _look_or(desk: Desk, entry: LaneEntry, *, resend: bool) -> None:
    """Look for evidence where there can be some; else what is known decides: `resend`, or it stays unknown."""
    if not resend:
        entry = desk.put(desk.detail(entry, is_spent=True))
    question = question_of(desk, entry)
    if question is not None:
        desk.change(pending=InFlight(what="evidence", entry_id=entry.id, document=question))
    elif resend:
        desk.requeue(entry)
    else:
        desk.doubt(entry)


def _fetch(desk: Desk, entry: LaneEntry, recovered: Recovered) -> None:
    document = object_question(desk, entry, recovered.id)
    desk.change(pending=InFlight(what="fetch", entry_id=entry.id, document=document))
