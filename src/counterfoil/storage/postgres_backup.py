"""Backups of a PostgreSQL installation as dump files, and the way back: both proved before they count."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg

from counterfoil.core.errors import Broken
from counterfoil.storage.contents import (
    TABLES,
    Damaged,
    PostgresContents,
    postgres_run,
    pour_into_postgres,
    proved,
    reading_postgres,
    tally_of,
)
from counterfoil.storage.copying import reading
from counterfoil.storage.dump import prove_dump, write_dump
from counterfoil.storage.older import of_this_version
from counterfoil.storage.postgres_line import Line, connect, told
from counterfoil.storage.postgres_turns import Turns

EVERY_TABLE: Final = ", ".join(f'"{table.name}"' for table in TABLES)
NEW_VERSIONS: Final = b"UPDATE lanes SET version = $1"
"""What processes remember of what was there before is remembered no more."""


def dump_postgres(address: str, target: Path) -> None:
    """Everything as it is at one moment, while work goes on; only a file that was proved takes the name."""
    with reading_postgres(address) as contents:
        dump_proved(contents, target)


def restore_postgres(address: str, source: Path, before: Path) -> None:
    """Take everything back from a dump file, and write what was there before into another.

    All in one transaction: others see either state whole, and those who write wait. A dump of an older version is
    migrated before that begins, in the folder of `before`. Raises Damaged, and changes nothing, where `source` is no
    sound dump.
    """
    with of_this_version(source, before.parent) as sound:
        if sound is source:
            prove_dump(sound)
        with _alone(address) as line:
            dump_proved(PostgresContents(line), before)
            line.execute(f"TRUNCATE {EVERY_TABLE}".encode())
            with reading(sound) as contents:
                went_in = pour_into_postgres(contents, line)
            proved(went_in, tally_of(postgres_run(line)), "the database")
            line.execute(NEW_VERSIONS, (Turns().version,))


def dump_proved(contents: PostgresContents, target: Path) -> None:
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        went_in = write_dump(contents, unfinished)
        if not went_in.same(prove_dump(unfinished)):
            raise Damaged(f"{target}: what was written is not what was there")
        unfinished.replace(target)
    except OSError as error:
        raise Broken(f"{target} cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def _alone(address: str) -> Iterator[Line]:
    """A transaction that has every table for itself, committed at the end."""
    line = connect(address)
    try:
        line.execute(b"BEGIN")
        line.execute(b"SET LOCAL lock_timeout = '120s'")
        line.execute(f"LOCK TABLE lanes, {EVERY_TABLE} IN ACCESS EXCLUSIVE MODE".encode())
        yield line
        line.execute(b"COMMIT")
    except psycopg.Error as error:
        raise told(error) from error
    finally:
        line.close()
