"""Documents that were chosen while the answer before them was stored: one commit serves both.

Such a document is written down as handed out before anybody asks for it. Its text lies here until the call comes that
asks for it, which then has nothing to write. What lies here has not left, as nobody else could hand it out: so it can
be taken back where the session ends first. What a process forgets counts as having left: with its end, or where a piece
of work that took it from here is run again.
"""

from typing import Final

from counterfoil.storage.connectors import SessionRecord

MOST: Final = 1000
"""Documents that are kept in memory; to forget them costs a commit each, and nothing else."""

_Place = tuple[str, int]


class Ahead:
    """What lies ready, by session and by how many answers the session had brought when it was chosen."""

    def __init__(self) -> None:
        self._documents: dict[_Place, str] = {}

    def lay(self, record: SessionRecord, document: str) -> None:
        """The document is stored for good, and ready to be asked for."""
        if len(self._documents) >= MOST:
            self._documents.clear()
        self._documents[_place(record)] = document

    def lies(self, record: SessionRecord) -> bool:
        """Whether what the session has in its hands has certainly not left."""
        return _is_ahead(record) and _place(record) in self._documents

    def take(self, record: SessionRecord) -> str | None:
        """The document, for whoever asks first: from now on it counts as having left."""
        return self._documents.pop(_place(record), None) if _is_ahead(record) else None


def _place(record: SessionRecord) -> _Place:
    return record.id, record.state.served


def _is_ahead(record: SessionRecord) -> bool:
    held = record.state.in_flight
    return held is not None and held.is_ahead
