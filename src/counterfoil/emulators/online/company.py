"""A company in the emulated Online: its realm, its books, and the requests that are put to it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.core.clock import Clock
from counterfoil.emulators.company import EmulatedCompany
from counterfoil.emulators.online.desk import Desk
from counterfoil.emulators.online.faults import Faults
from counterfoil.emulators.online.known import furnish, number_everything
from counterfoil.emulators.online.refusals import request_id_used
from counterfoil.emulators.online.shelf import Shelf
from counterfoil.model.company import Company
from counterfoil.storage.company import CompanyFile

T = TypeVar("T")
Json = dict[str, Any]
OnlineFill = Callable[[Desk], None]
"""Puts a new company's content into its books; it must call `open_books` first."""

REQUESTS: Final = "requests"
US_REALM: Final = "9130000000000000"


class OnlineCompany(EmulatedCompany):
    """The books of one realm. `fill` fills a new company; without it, it holds what QuickBooks itself puts there.

    With `quirks`, Intuit's oddities are kept; with `warns_of_duplicates`, a document number is used only once.
    """

    def __init__(
        self,
        folder: Path,
        realm: str = US_REALM,
        *,
        fill: Callable[[CompanyFile, EmbeddedBooks], None] | None = None,
        clock: Clock | None = None,
        quirks: bool = False,
        warns_of_duplicates: bool = False,
    ) -> None:
        super().__init__(folder, fill=fill or new_company, clock=clock)
        self.realm = realm
        self.faults = Faults()
        self.quirks = quirks
        self.warns_of_duplicates = warns_of_duplicates

    async def ask(self, work: Callable[[Desk], T]) -> T:
        """Run `work` on the company as it is."""
        return await self.look(lambda file: work(self._desk(file)))

    async def carry_out(self, work: Callable[[Desk], Json], request_id: str = "", what: str = "") -> Json:
        """Run `work` in one transaction. With a request id that was used before for the same, its first answer.

        Raises whatever `work` raises; then nothing is stored, and the request id is still free.
        """

        def whole(file: CompanyFile) -> Json:
            shelf = Shelf(file)
            before = shelf.get(REQUESTS, request_id) if request_id else None
            if before is not None:
                if before["what"] != what:
                    raise request_id_used()
                answer: Json = before["answer"]
                return answer
            made = work(self._desk(file))
            if request_id:
                shelf.put(REQUESTS, request_id, {"what": what, "answer": made})
            return made

        return await self.change(whole)

    def _desk(self, file: CompanyFile) -> Desk:
        return Desk(file, self.books, self.faults, quirks=self.quirks, warns_of_duplicates=self.warns_of_duplicates)


def new_company(file: CompanyFile, books: EmbeddedBooks) -> None:
    """A company that holds nothing but what QuickBooks puts into it."""
    books.open_company(file, Company(company_name="New Company", legal_company_name="New Company"))
    furnish(file, income="Shipping and Delivery Income", discounts="Sales Discounts")
    number_everything(file, Shelf(file).margin)
