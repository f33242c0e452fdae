"""The company file of the emulated QuickBooks Desktop, and the stamps that Web Connectors leave in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from counterfoil.core.clock import Clock
from counterfoil.emulators.company import CompanyInUse as CompanyInUse
from counterfoil.emulators.company import EmulatedCompany
from counterfoil.emulators.company import Fill as Fill
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.margin import Margin

STAMPS: Final = "file_stamps"
"""Where the FileID is kept that the Web Connector writes into a company file, by the OwnerID of the program."""

WINDOWS_FOLDER: Final = "C:\\Users\\Public\\Documents\\Intuit\\QuickBooks\\Company Files"
_NOT_IN_NAMES: Final = '<>:"/\\|?*'


class CompanyFolder(EmulatedCompany):
    """A company file in a folder, as QuickBooks Desktop has one open."""

    @property
    def path(self) -> str:
        """Where QuickBooks would say that the file is. The name is known once the file is open."""
        return f"{WINDOWS_FOLDER}\\{''.join(each for each in self.name if each not in _NOT_IN_NAMES)}.qbw"

    async def file_id(self, owner_id: str) -> str | None:
        """The stamp that a program of this OwnerID finds in the file."""
        return await self.look(lambda file: stamp_of(file, owner_id))

    async def stamp(self, owner_id: str, file_id: str) -> str:
        """Write the stamp where there is none yet; gives the one that is there afterwards."""

        def work(file: CompanyFile) -> str:
            there = stamp_of(file, owner_id)
            if there is None:
                _margin(file).keep(STAMPS, owner_id.upper(), {"FileID": file_id})
            return there or file_id

        return await self.change(work)


@asynccontextmanager
async def open_company(
    folder: Path, *, fill: Fill | None = None, clock: Clock | None = None
) -> AsyncIterator[CompanyFolder]:
    """The company file in `folder` while the block runs; a new one is filled by `fill`, or holds what QuickBooks
    itself puts into a new company."""
    company = CompanyFolder(folder, fill=fill, clock=clock)
    try:
        yield company
    finally:
        await company.close()


def stamp_of(file: CompanyFile, owner_id: str) -> str | None:
    """The FileID that stands in the file for a program."""
    key = owner_id.upper()
    found: str | None = _margin(file).kept(STAMPS, [key]).get(key, {}).get("FileID")
    return found


def _margin(file: CompanyFile) -> Margin:
    return Margin(file.session, file.connection_id, file.clock)
