"""What the emulated Online keeps beside the ledger: JSON objects, by their kind and id, in one transaction."""

from typing import Any, Final

from counterfoil.storage.company import CompanyFile
from counterfoil.storage.margin import Margin
from counterfoil.wire.qbo.bodies import decoded, encoded

Json = dict[str, Any]
PREFIX: Final = "online:"


class Shelf:
    """The objects of one company. Numbers in them stay exact: they are kept as text."""

    def __init__(self, file: CompanyFile) -> None:
        self.margin = Margin(file.session, file.connection_id, file.clock)

    def get(self, kind: str, id: str) -> Json | None:
        found = self.margin.kept(PREFIX + kind, [id]).get(id)
        return _read(found) if found is not None else None

    def every(self, kind: str) -> dict[str, Json]:
        """All objects of a kind, by id."""
        return {id: _read(each) for id, each in self.margin.every_kept(PREFIX + kind).items()}

    def put(self, kind: str, id: str, object_: Json) -> None:
        self.margin.keep(PREFIX + kind, id, {"json": encoded(object_).decode()})

    def drop(self, kind: str, id: str) -> None:
        self.margin.drop(PREFIX + kind, id)


def _read(kept: Json) -> Json:
    object_: Json = decoded(kept["json"].encode())
    return object_
