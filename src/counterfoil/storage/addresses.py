"""Addresses of databases, as operators write them: what is wrong with one, told without a letter of it.

A password that is not written as it must be is taken for a host or a port, and libpq tells of what it could not read:
its words may hold that password.
"""

import re
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

SCHEMES: Final = ("postgresql://", "postgres://")
FORM: Final = "an address such as postgresql://user:password@host/name"
_PORTS: Final = re.compile(r"[0-9,]*")


def is_address(text: str) -> bool:
    return text.startswith(SCHEMES)


def fault_of(address: str) -> str | None:
    """Why this is no address of a PostgreSQL database, in words without any of it; None where it is one."""
    if not is_address(address):
        return f"it must be {FORM}"
    try:
        read = {name: str(each) for name, each in conninfo_to_dict(address).items()}
    except (psycopg.Error, UnicodeError):
        read = {"host": "@"}
    if "@" in read.get("host", "") + read.get("dbname", "") or not _PORTS.fullmatch(read.get("port", "")):
        return (
            f"it cannot be read as {FORM}: write what is no letter or digit in the user name and the password as % and"
            " two hexadecimal digits (@ is %40, / is %2F, % is %25), and name only parameters that PostgreSQL knows"
        )
    return None
