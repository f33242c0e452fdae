"""The documents that no ledger stands behind: made, changed, found and deleted by their rows alone."""

from collections.abc import Iterator
from typing import Any, Final

from counterfoil.core.dates import local_moment, today
from counterfoil.core.ids import next_number, random_hex
from counterfoil.emulators.online.figures import figured
from counterfoil.emulators.online.refusals import missing, name_in_use, not_found, stale, unsupported
from counterfoil.emulators.online.shelf import Shelf
from counterfoil.emulators.online.stored import Stored
from counterfoil.storage.company import CompanyFile

Json = dict[str, Any]
GRAVES: Final = "deleted"
INACTIVE: Final = " (deleted)"
"""What Intuit appends to the name of what is made inactive."""

OURS: Final = ("Id", "SyncToken", "MetaData", "domain", "sparse", "status", "time")
"""Properties that a client may send and only Intuit writes."""


class Documents:
    """The stored entities of one company, in one transaction."""

    def __init__(self, file: CompanyFile, shelf: Shelf) -> None:
        self.file = file
        self.shelf = shelf

    def create(self, row: Stored, given: Json, number: str | None = None) -> Json:
        """Keep a new object; `number` is its id where the caller may choose one. Raises Refused."""
        _require(row, given)
        now = local_moment(self.file.clock.now())
        id = self._id(row, given, number)
        made = {
            **({} if row.key else {"Id": id}),
            "SyncToken": "0",
            "domain": "QBO",
            "sparse": False,
            "MetaData": {"CreateTime": now, "LastUpdatedTime": now},
            **self._defaults(row, given),
            **_said(given),
        }
        return self._put(row, id, figured(row, made))

    def update(self, row: Stored, given: Json) -> Json:
        """Change an object: sparse leaves alone what is not named, full takes it away. Raises Refused."""
        if row.key:
            return self._at_key(row, given)
        if not row.can_update:
            raise unsupported("update")
        old = self._asked(row, given)
        sparse = given.get("sparse") in (True, "true")
        kept = old if sparse else {key: each for key, each in old.items() if key in OURS}
        cleared = {key for key, each in given.items() if each in (None, "") and sparse}
        said = _said(given)
        self._hide(row, old, said)
        made = {key: each for key, each in {**kept, **said}.items() if key not in cleared or key in OURS}
        _require(row, {**old, **made} if sparse else made)
        return self._put(row, str(old["Id"]), figured(row, self._next(old, made), old.get("Line", ())))

    def delete(self, row: Stored, given: Json) -> Json:
        """Take an object away; a note of it stays for those who ask what has changed."""
        if not row.can_delete:
            raise unsupported("delete")
        old = self._asked(row, given)
        id = str(old["Id"])
        self.shelf.drop(row.entity, id)
        self.shelf.put(GRAVES, f"{row.entity}:{id}", {"Id": id, "deleted": self.file.clock.now()})
        return {"status": "Deleted", "domain": "QBO", "Id": id}

    def read(self, row: Stored, id: str) -> Json:
        found = self.shelf.get(row.entity, id)
        if found is None:
            raise not_found()
        return found

    def every(self, row: Stored) -> list[Json]:
        """All objects of an entity, in the order of their ids."""
        found = self.shelf.every(row.entity)
        return [found[id] for id in sorted(found, key=lambda id: (len(id), id))]

    def deleted(self, row: Stored, since: int) -> Iterator[tuple[str, int]]:
        """The ids of what has been deleted since a moment, and when each was."""
        for key, each in self.shelf.every(GRAVES).items():
            if key.partition(":")[0] == row.entity and each["deleted"] >= since:
                yield each["Id"], each["deleted"]

    def rewrite(self, row: Stored, id: str, changes: Json) -> Json:
        """Write what Intuit itself has to say of an object."""
        old = self.read(row, id)
        return self._put(row, id, self._next(old, {**old, **changes}))

    def _at_key(self, row: Stored, given: Json) -> Json:
        """What has no Id is written over at its key."""
        _require(row, given)
        said = self._defaults(row, given) | _said(given)
        id = ":".join(str(said.get(name, "")) for name in row.key)
        old = self.shelf.get(row.entity, id)
        return self._put(row, id, {**old, **said}) if old is not None else self.create(row, given, id)

    def _asked(self, row: Stored, given: Json) -> Json:
        """The object that a change names, if its SyncToken is still the right one."""
        id, token = str(given.get("Id") or ""), given.get("SyncToken")
        if not id or token in (None, ""):
            raise missing(*(name for name in ("Id", "SyncToken") if given.get(name) in (None, "")))
        old = self.shelf.get(row.entity, id)
        if old is None:
            raise not_found()
        if str(token) != old["SyncToken"]:
            raise stale()
        return old

    def _next(self, old: Json, made: Json) -> Json:
        times = {**old["MetaData"], "LastUpdatedTime": local_moment(self.file.clock.now())}
        return {
            **made,
            "Id": old["Id"],
            "SyncToken": str(int(old["SyncToken"]) + 1),
            "MetaData": times,
            "domain": "QBO",
            "sparse": False,
        }

    def _put(self, row: Stored, id: str, made: Json) -> Json:
        self._check_name(row, id, made)
        self.shelf.put(row.entity, id, made)
        return made

    def _id(self, row: Stored, given: Json, number: str | None) -> str:
        if row.key and number is None:
            said = self._defaults(row, given) | given
            return ":".join(str(said.get(name, "")) for name in row.key)
        space = row.space or row.entity
        if number is None:
            own = random_hex(16)
            return str(self.shelf.margin.number(space, [own])[own])
        if number.isdecimal() and self.shelf.margin.id_of(space, int(number)) is None:
            self.shelf.margin.assign(space, random_hex(16), int(number))
        return number

    def _defaults(self, row: Stored, given: Json) -> Json:
        """What Intuit fills in where a client is silent."""
        if row.key:
            return {"AsOfDate": today(self.file.clock.now()).isoformat(), "TargetCurrencyCode": "USD"}
        if not row.is_transaction:
            return {"Active": True} if row.name else {}
        found: Json = {"TxnDate": today(self.file.clock.now()).isoformat(), **row.defaults}
        found["CurrencyRef"] = {"value": "USD", "name": "United States Dollar"}
        if row.numbers_itself and not given.get("DocNumber"):
            found["DocNumber"] = next_number(self.file.last_number(f"online:{row.entity}") or "1000")
            self.file.set_last_number(f"online:{row.entity}", found["DocNumber"])
        return found

    def _hide(self, row: Stored, old: Json, said: Json) -> None:
        """A new name for what is made inactive, so that its own is free again."""
        if row.name and said.get("Active") is False and old.get("Active") is not False:
            said[row.name] = f"{old[row.name]}{INACTIVE}"

    def _check_name(self, row: Stored, id: str, made: Json) -> None:
        name = str(made.get(row.name) or "").casefold()
        if not name:
            return
        for other, each in self.shelf.every(row.entity).items():
            if other != id and str(each.get(row.name, "")).casefold() == name:
                raise name_in_use()


def _require(row: Stored, given: Json) -> None:
    """Raise Refused with every property that is not there."""
    absent = [name for name in row.needs if given.get(name) in (None, "", [], {})]
    if absent:
        raise missing(*absent)


def _said(given: Json) -> Json:
    return {key: each for key, each in given.items() if key not in OURS and each not in (None, "")}
