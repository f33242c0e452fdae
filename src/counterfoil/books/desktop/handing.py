"""What a session is handed next: whose books are these, what became of what was lost, and then the lane."""

from msgspec import structs

from counterfoil.books.desktop import entries, recovery
from counterfoil.books.desktop.desk import Desk
from counterfoil.books.desktop.ending import end_session
from counterfoil.books.desktop.proof import (
    UNPROVED,
    WRONG,
    Facts,
    company_question,
    facts_of,
    keepalive_question,
    learnt,
    verdict,
)
from counterfoil.dispatch.administration import UNNAMED
from counterfoil.dispatch.connectors import may_work
from counterfoil.storage.connectors import Connector, InFlight
from counterfoil.storage.installation import Installation
from counterfoil.storage.lane import LaneEntry


def next_document(desk: Desk, told: str, company_file: str, *, final: bool) -> str | None:
    """A document, an empty text that ends the session, or None where there is nothing yet.

    `told` is what QuickBooks said of itself, at the first call; `final` says that the call was held long enough.
    """
    if desk.ahead.take(desk.record) is not None:
        _take_back(desk)
    if desk.state.in_flight is not None:
        return _again(desk, desk.state.in_flight)
    if desk.state.is_over:
        return ""
    if desk.state.pending is not None:
        desk.hold(desk.state.pending)
        return desk.state.in_flight.document if desk.state.in_flight is not None else ""
    if not desk.state.is_proved:
        question = prove(desk, facts_of(told, desk.connection.account_id), company_file)
        if question is not None:
            return question
    if not may_work(desk.connector, desk.now):
        return _keepalive(desk, is_last=True)
    lost = _lost(desk)
    if lost is not None:
        return recovery.begin(desk, lost)
    entry = desk.lane.first("queued")
    if entry is not None and entry.details.not_before <= desk.now:
        return entries.hand(desk, entry)
    if not desk.connector.is_live and entry is None:
        return _keepalive(desk, is_last=True)
    if not final:
        return None
    return _keepalive(desk, is_last=desk.now - desk.state.last_work_at >= desk.pace.idle)


def choose_ahead(desk: Desk) -> None:
    """Hand out the next entry of the lane in the transaction that stores the answer before it, as the next call is
    going to ask for it. All else waits for that call."""
    state = desk.state
    if (
        desk.record.ended_at is not None
        or state.is_over
        or not state.is_proved
        or not may_work(desk.connector, desk.now)
    ):
        return
    if state.in_flight is not None or state.pending is not None or _lost(desk) is not None:
        return
    entry = desk.lane.first("queued")
    if entry is not None and entry.details.not_before <= desk.now:
        desk.chosen = entries.hand(desk, entry, ahead=True)


def prove(desk: Desk, facts: Facts, company_file: str) -> str | None:
    """Whose books are these? Gives a question, or an empty text for the wrong ones; None where they are right."""
    found = verdict(facts, desk.connection.id)
    if found == "right":
        desk.note(**_of(learnt(desk.connector, facts, company_file, desk.now)))
        desk.change(is_proved=True)
        _name(desk, facts.company_name)
        return None
    if found == "wrong":
        there = facts.company_name or "another company"
        known = desk.connector.company_name or desk.connection.name
        desk.end_with(WRONG, f"QuickBooks has {there} open; this connection belongs to {known}.")
        return ""
    if desk.state.asked_company:
        desk.end_with(UNPROVED, facts.company_name or "")
        return ""
    desk.change(asked_company=True)
    document = company_question(desk.connection.account_id, desk.version)
    desk.hold(InFlight(what="company", document=document))
    if company_file:
        desk.note(company_file=company_file)
    return document


def _name(desk: Desk, company_name: str | None) -> None:
    """A connection that was made without a name is called as its company is, once that is known."""
    connection = desk.connection
    if company_name and connection.name == UNNAMED:
        Installation(desk.session).rename_connection(connection.account_id, connection.id, company_name)


def _lost(desk: Desk) -> LaneEntry | None:
    """An entry whose answer was lost, and that this session is still to look for."""
    return next((each for each in desk.lane.in_state("unknown") if desk.is_recoverable(each)), None)


def _take_back(desk: Desk) -> None:
    """What was chosen ahead has not left: what is next is decided anew."""
    held = desk.release()
    entry = desk.entry(held.entry_id) if held is not None else None
    if entry is not None:
        desk.take_back(entry)


def _again(desk: Desk, held: InFlight) -> str:
    """The call before was not heard: the very same bytes, which QuickBooks knows by their message set."""
    if desk.state.retried >= desk.pace.repeats:
        end_session(desk)
        return ""
    desk.change(retried=desk.state.retried + 1, in_flight=structs.replace(held, is_ahead=False))
    if held.what != "entry":
        return held.document
    entry = desk.entry(held.entry_id)
    if entry is None or entry.sent is None:
        desk.release()
        return _keepalive(desk, is_last=False)
    return entry.sent.decode()


def _keepalive(desk: Desk, *, is_last: bool) -> str:
    document = keepalive_question(desk.version)
    desk.hold(InFlight(what="keepalive", document=document, is_last=is_last))
    return document


def _of(connector: Connector) -> dict[str, object]:
    return {name: getattr(connector, name) for name in connector.__struct_fields__}
