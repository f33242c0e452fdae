"""Dump files: everything of an installation in one compressed file of JSON lines, whatever database it comes from.

The first line tells what it is; each table begins with a line of its own (`{"table": …, "columns": […]}`), each row is
an array, bytes are base64; the last line counts the rows. A file without its last line is not whole.
"""

import gzip
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import LargeBinary, Table

from counterfoil.storage.contents import TABLES, Contents, Damaged, Row, Tally, check_schema
from counterfoil.storage.migrating import HEAD

MAGIC: Final = b"\x1f\x8b"
KIND: Final = "counterfoil dump"
_encoder, _decoder = msgspec.json.Encoder(), msgspec.json.Decoder()


def write_dump(contents: Contents, target: Path) -> Tally:
    """Write a new file for its owner's eyes alone; gives what went in. Raises OSError."""
    tally = Tally()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=3) as file:
            _line(file, {"kind": KIND, "schema": HEAD})
            for table in TABLES:
                _line(file, {"table": str(table.name), "columns": [str(column.name) for column in table.columns]})
                places = _bytes_of(table)
                for row in tally.counted(table, contents.rows(table)):
                    _line(file, _as_json(row, places))
            _line(file, {"end": {str(name): count for name, count in tally.rows.items() if count}})
        raw.flush()
        os.fsync(raw.fileno())
    return tally


class DumpContents:
    """A dump file that is being read, from its beginning to its end."""

    def __init__(self, file: Iterable[bytes], name: str) -> None:
        self.name = name
        self._lines = self._read(file)
        head = self._next()
        if not isinstance(head, dict) or head.get("kind") != KIND:
            raise Damaged(f"{name} is no Counterfoil dump")
        check_schema(name, str(head.get("schema")))
        self._ahead = self._next()

    def rows(self, table: Table) -> Iterator[Row]:
        columns = [column.name for column in table.columns]
        if self._ahead != {"table": table.name, "columns": columns}:
            raise Damaged(f"{self.name} does not hold {table.name} where it should")
        places = _bytes_of(table)
        while isinstance(line := self._next(), list):
            if len(line) != len(columns):
                raise Damaged(f"{self.name}: a row of {table.name} is not whole")
            try:
                yield _from_json(line, places)
            except (ValueError, TypeError):
                raise Damaged(f"{self.name}: a row of {table.name} is not whole") from None
        self._ahead = line

    def end(self, tally: Tally) -> None:
        """Raises Damaged unless the file ends here, and has counted as many rows."""
        if self._ahead != {"end": {str(name): count for name, count in tally.rows.items() if count}}:
            raise Damaged(f"{self.name} is not whole")

    def _next(self) -> Any:
        return next(self._lines, None)

    def _read(self, file: Iterable[bytes]) -> Iterator[Any]:
        try:
            for line in file:
                yield _decoder.decode(line)
        except gzip.BadGzipFile:
            raise Damaged(f"{self.name} is no Counterfoil dump") from None
        except (OSError, EOFError, zlib.error, msgspec.DecodeError) as error:
            raise Damaged(f"{self.name} cannot be read: {error}") from None


@contextmanager
def reading_dump(path: Path) -> Iterator[DumpContents]:
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


def _bytes_of(table: Table) -> list[int]:
    return [place for place, column in enumerate(table.columns) if isinstance(column.type, LargeBinary)]


def _as_json(row: Row, places: list[int]) -> list[Any]:
    values = list(row)
    for place in places:
        if values[place] is not None:
            values[place] = b64encode(values[place]).decode()
    return values


def _from_json(row: list[Any], places: list[int]) -> list[Any]:
    for place in places:
        if row[place] is not None:
            row[place] = b64decode(row[place])
    return row
