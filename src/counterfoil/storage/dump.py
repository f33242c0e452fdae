"""Dump files: everything of an installation in one compressed file of JSON lines, whatever database it comes from.

The first line tells what it is; each table begins with a line of its own (`{"table": …, "columns": […]}`), each row is
an array, bytes are base64; the last line counts the rows. A file without its last line is not whole.
"""

import gzip
import os
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import GenericAlias
from typing import Annotated, Any, Final

import msgspec
from msgspec.json import Decoder
from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, MetaData, Table, Text

from counterfoil.storage.contents import TABLES, Contents, Damaged, Row, Tally, check_schema
from counterfoil.storage.migrating import HEAD

MAGIC: Final = b"\x1f\x8b"
KIND: Final = "counterfoil dump"
Whole32 = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
Whole64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_encoder, _decoder = msgspec.json.Encoder(), msgspec.json.Decoder()


def write_dump(contents: Contents, target: Path) -> Tally:
    """Write a new file for its owner's eyes alone; gives what went in. Raises OSError."""
    tally = Tally()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=3) as file:
            _line(file, {"kind": KIND, "schema": HEAD})
            for table in TABLES:
                _line(file, _beginning(table))
                places = _bytes_of(table)
                for row in tally.counted(table, contents.rows(table)):
                    _line(file, _as_json(row, places))
            _line(file, {"end": {str(name): count for name, count in tally.rows.items() if count}})
        raw.flush()
        os.fsync(raw.fileno())
    return tally


class DumpContents:
    """A dump file that is being read, from its beginning to its end. Raises Damaged where it is no sound one."""

    def __init__(self, file: Iterable[bytes], name: str) -> None:
        self.name = name
        self._lines = self._read(file)
        self._ahead = next(self._lines, b"")
        head = self._told()
        if head.get("kind") != KIND or not isinstance(head.get("schema"), str):
            raise Damaged(f"{name} is no Counterfoil dump")
        self.schema: str = head["schema"]
        self._go_on()

    def rows(self, table: Table) -> Iterator[Row]:
        if self._told() != _beginning(table):
            raise Damaged(f"{self.name} does not hold {table.name} where it should")
        decoder = _decoder_of(table)
        self._go_on()
        while self._ahead.startswith(b"["):
            try:
                row = decoder.decode(self._ahead)
            except msgspec.DecodeError:
                raise Damaged(f"{self.name}: a row of {table.name} is not whole") from None
            yield row
            self._go_on()

    def tables_among(self, known: Mapping[str, Table]) -> Iterator[Table]:
        """Every one of these, in the order and with the order of columns that a dump of an older version has.

        The rows of each are to be read before the next one is asked for.
        """
        left = dict(known)
        while left:
            told = self._told()
            table, columns = left.pop(str(told.get("table")), None), told.get("columns")
            if table is None or not isinstance(columns, list) or sorted(map(str, columns)) != sorted(table.c.keys()):
                said = f"schema {self.schema}, as it says; this version knows {HEAD}"
                raise Damaged(f"{self.name} does not hold the tables of {said}")
            yield Table(table.name, MetaData(), *(_like(table.c[name]) for name in columns))

    def end(self, tally: Tally) -> None:
        """Raises Damaged unless the file ends here, and has counted as many rows."""
        if self._told() != {"end": {str(name): count for name, count in tally.rows.items() if count}}:
            raise Damaged(f"{self.name} is not whole")

    def _told(self) -> dict[str, Any]:
        """What the line ahead tells; nothing where it tells no more, or is a row."""
        try:
            line = _decoder.decode(self._ahead) if self._ahead else None
        except msgspec.DecodeError as error:
            raise Damaged(f"{self.name} cannot be read: {error}") from None
        return line if isinstance(line, dict) else {}

    def _go_on(self) -> None:
        self._ahead = next(self._lines, b"")

    def _read(self, file: Iterable[bytes]) -> Iterator[bytes]:
        try:
            yield from file
        except gzip.BadGzipFile:
            raise Damaged(f"{self.name} is no Counterfoil dump") from None
        except (OSError, EOFError, zlib.error) as error:
            raise Damaged(f"{self.name} cannot be read: {error}") from None


@contextmanager
def reading_dump(path: Path, schema: str = HEAD) -> Iterator[DumpContents]:
    """Raises Damaged where it is no dump, or one of another schema."""
    with _opened(path) as contents:
        if contents.schema != schema:
            check_schema(str(path), contents.schema)
        yield contents


def schema_of_dump(path: Path) -> str:
    """The schema of the version that made a dump. Raises Damaged where it is none."""
    with _opened(path) as contents:
        return contents.schema


@contextmanager
def _opened(path: Path) -> Iterator[DumpContents]:
    try:
        with gzip.open(path, "rb") as file:
            yield DumpContents(file, str(path))
    except OSError as error:
        raise Damaged(f"{path} cannot be read: {error.strerror or error}") from None


def is_dump(path: Path) -> bool:
    """Whether a file begins as dumps do."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def prove_dump(path: Path) -> Tally:
    """Read all of it. Raises Damaged unless it is whole, of this version's schema, and every connection balances."""
    tally = Tally()
    with reading_dump(path) as contents:
        for table in TABLES:
            for _ in tally.counted(table, contents.rows(table)):
                pass
        contents.end(tally)
    off = tally.off()
    if off is not None:
        raise Damaged(f"{path}: the trial balance of connection {off} is not nil")
    return tally


def _line(file: Any, value: Any) -> None:
    file.write(_encoder.encode(value) + b"\n")


def _beginning(table: Table) -> dict[str, Any]:
    return {"table": str(table.name), "columns": [str(column.name) for column in table.columns]}


def _bytes_of(table: Table) -> list[int]:
    return [place for place, column in enumerate(table.columns) if isinstance(column.type, LargeBinary)]


def _as_json(row: Row, places: list[int]) -> list[Any]:
    values = list(row)
    for place in places:
        if values[place] is not None:
            values[place] = b64encode(values[place]).decode()
    return values


def _decoder_of(table: Table) -> Decoder[tuple[Any, ...]]:
    """Reads rows of a table, each value of its column's kind."""
    kinds = tuple(_kind(column) for column in table.columns)
    return Decoder(GenericAlias(tuple, kinds))


def _kind(column: Column[Any]) -> Any:
    kind: Any = Whole32
    for types, each in ((LargeBinary, bytes), (Boolean, bool), (Text, str), (BigInteger, Whole64)):
        if isinstance(column.type, types):
            kind = each
    return kind | None if column.nullable else kind


def _like(column: Column[Any]) -> Column[Any]:
    return Column(column.name, column.type, nullable=column.nullable)
