"""Callers' queries that are answered page by page: each page is told once, whatever becomes of the session.

An iterator dies with its session. The query is begun again then, and what was told before is taken out of its pages: by
the objects' ids, as others may have been added or deleted meanwhile.
"""

from typing import Final

from msgspec import structs

from counterfoil.books.desktop.answers import Answer
from counterfoil.books.desktop.desk import Desk
from counterfoil.storage.lane import LaneEntry
from counterfoil.storage.queue import Queue
from counterfoil.wire.qbxml.iterated import continued, ids_in, whole, without
from counterfoil.wire.qbxml.tree import Node, serialize

ITERATOR_GONE: Final = 3391
"""QuickBooks' status for an iterator of a session that is over."""


def asked_now(desk: Desk, entry: LaneEntry, root: Node) -> Node:
    """A document as this session is to get it: a query of pages asks for its next one, where the iterator lives."""
    iterator_id = entry.details.iterator_id
    return continued(root, iterator_id) if iterator_id is not None and _goes_on(desk, entry) else root


def leaving(desk: Desk, entry: LaneEntry) -> LaneEntry:
    """The entry as it leaves; not written yet. It is noted where an iterator has to be begun again."""
    details = entry.details
    if not details.is_paged or details.iterator_id is None or _goes_on(desk, entry):
        return entry
    return desk.detail(entry, is_restarted=True)


def is_gone(entry: LaneEntry, answer: Answer) -> bool:
    """Whether QuickBooks knows the iterator no more."""
    return entry.details.is_paged and answer.first is not None and answer.first.status.code == ITERATOR_GONE


def has_more(entry: LaneEntry, answer: Answer) -> bool:
    first = answer.first
    if not entry.details.is_paged or first is None or first.refused:
        return False
    return first.iterator_id is not None and bool(first.remaining)


def untold(desk: Desk, entry: LaneEntry, answer: Answer) -> Answer:
    """An answer without the objects that earlier pages have told."""
    if not entry.details.is_restarted or not answer.ids:
        return answer
    told = Queue(desk.session, desk.connection.id, desk.clock).told(entry.id)
    if told.isdisjoint(answer.ids):
        return answer
    left = without(whole(answer.data), told)
    return structs.replace(answer, data=serialize(left), ids=ids_in(left))


def told(desk: Desk, entry: LaneEntry, answer: Answer, left: Answer) -> None:
    """A page came, and more are to come. What is `left` of it is told, if anything is; the entry then waits behind all
    others, so that a query of many pages keeps nobody waiting for long."""
    first = answer.first
    iterator_id, remaining = (first.iterator_id, first.remaining) if first is not None else (None, None)
    entry = desk.detail(entry, iterator_id=iterator_id, remaining=remaining, is_spent=True)
    if left.ids or not answer.ids:
        entry = desk.detail(entry, losses=0)
        desk.settling.paged(desk.session, desk.connection.id, entry, left.data, left.ids)
    desk.put(desk.lane.to_end(entry), state="queued", answer=None)


def is_tried_enough(desk: Desk, entry: LaneEntry) -> bool:
    """Whether an entry that was lost once more is given up: each page of a query has as many tries as a document."""
    return (entry.details.losses + 1 if entry.details.is_paged else entry.attempts) >= desk.pace.tries


def lost(desk: Desk, entry: LaneEntry) -> LaneEntry:
    """The entry as it waits to leave again, in another message set as it asks for something else; not written yet."""
    if not entry.details.is_paged:
        return entry
    return desk.detail(entry, losses=entry.details.losses + 1, is_spent=True)


def _goes_on(desk: Desk, entry: LaneEntry) -> bool:
    """Whether the last page was brought by this very session."""
    return entry.details.is_paged and entry.session_id == desk.record.id
