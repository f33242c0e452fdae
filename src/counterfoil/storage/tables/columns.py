"""Columns and indexes as the tables use them, and the collection that holds every table."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, MetaData, Text, text

metadata: Final = MetaData()


def words(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def maybe(name: str) -> Column[str]:
    return Column(name, Text, nullable=True)


def whole(name: str) -> Column[int]:
    """Money in minor units, a moment, or a counter."""
    return Column(name, BigInteger, nullable=False)


def later(name: str) -> Column[int]:
    """A moment that may not have come yet."""
    return Column(name, BigInteger, nullable=True)


def flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def blob(name: str, *, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=nullable)


def index_on(name: str, *columns: str, unique: bool = False, where: str | None = None) -> Index:
    if where is None:
        return Index(name, *columns, unique=unique)
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))
