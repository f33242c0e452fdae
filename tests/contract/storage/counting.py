"""A count in a company file: it tells how often a piece of work was done."""

from counterfoil.core.clock import SetClock
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session

CLOCK = SetClock()


def file_of(session: Session, lane: str = "c") -> CompanyFile:
    return CompanyFile(session, lane, CLOCK)


def count_on(session: Session) -> int:
    """Reads, then writes what follows from it: right only where nobody else does so at the same time."""
    file = file_of(session)
    number = int(file.last_number("invoices") or 0) + 1
    file.set_last_number("invoices", str(number))
    return number
