"""The end of a session: what it has in its hands is lost with it."""

from msgspec import structs

from counterfoil.books.desktop import entries
from counterfoil.books.desktop.desk import Desk


def end_session(desk: Desk) -> None:
    """The session is over: what it has in its hands is lost with it."""
    has_left = desk.ahead.take(desk.record) is None
    held = desk.release()
    if held is not None and held.entry_id is not None:
        entry = desk.entry(held.entry_id)
        if entry is not None and entry.settled_at is None:
            if not has_left:
                desk.take_back(entry)
            elif held.what == "entry":
                entries.lost(desk, entry)
            else:
                desk.doubt(entry)
    desk.record = structs.replace(desk.record, ended_at=desk.now)
