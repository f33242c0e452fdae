"""Pages of invoices: for those who are signed in, and by an unguessable link for everybody who has it."""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from counterfoil.core.clock import Clock
from counterfoil.core.dates import today
from counterfoil.dispatch.invoices import Invoices, Seen
from counterfoil.dispatch.overview import Overview
from counterfoil.documents.pdf import NoTypst, has_pdf, pdf_of
from counterfoil.documents.sheet import Sheet, sheet_of
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.web.guard import PRIVATE
from counterfoil.web.reception import LONGEST_SECRET, ROOT, Form, Reception, Visitor

LINK_ROOT: Final = "/i"
MOST_AT_ONCE: Final = 4
"""PDFs that are set at a time: each takes a processor for some hundredths of a second."""


class InvoicePages:
    """An invoice as its customer reads it; nothing on the page comes from anywhere but the books."""

    def __init__(self, reception: Reception, overview: Overview, invoices: Invoices, clock: Clock) -> None:
        self.reception = reception
        self.overview = overview
        self.invoices = invoices
        self.clock = clock
        self._setting = asyncio.Semaphore(MOST_AT_ONCE)

    def routes(self) -> list[BaseRoute]:
        shows, does, shows_everybody = self.reception.shows, self.reception.does, self.reception.shows_everybody
        one = f"{ROOT}/connections/{{id}}/invoices/{{invoice}}"
        return [
            Route(one, shows(self._page), methods=["GET"]),
            Route(f"{one}/pdf", shows(self._pdf), methods=["GET"]),
            Route(f"{one}/link", does(self._make_link), methods=["POST"]),
            Route(f"{one}/unlink", does(self._remove_link), methods=["POST"]),
            Route(f"{LINK_ROOT}/{{token}}", shows_everybody(self._linked_page), methods=["GET"]),
            Route(f"{LINK_ROOT}/{{token}}/pdf", shows_everybody(self._linked_pdf), methods=["GET"]),
        ]

    async def _page(self, request: Request, visitor: Visitor) -> Response:
        connection, invoice = await self._found(request, visitor), request.path_params["invoice"]
        seen = await self.invoices.find(connection, invoice)
        token = await self.invoices.token(connection, invoice)
        own = self.reception.path(f"{ROOT}/connections/{connection.id}/invoices/{invoice}")
        return self.reception.page(
            "invoice.html",
            visitor,
            here="requests",
            sheet=self._sheet(seen),
            seen=seen,
            connection=connection,
            own=own,
            pdf=f"{own}/pdf" if has_pdf() else None,
            link=f"{self.reception.address()}{LINK_ROOT}/{token}" if token is not None else None,
        )

    async def _pdf(self, request: Request, visitor: Visitor) -> Response:
        connection = await self._found(request, visitor)
        return await self._set(await self.invoices.find(connection, request.path_params["invoice"]))

    async def _make_link(self, request: Request, visitor: Visitor, form: Form) -> Response:  # noqa: ARG002
        connection, invoice = await self._found(request, visitor), request.path_params["invoice"]
        await self.invoices.make_link(connection, invoice)
        return self.reception.to(f"/connections/{connection.id}/invoices/{invoice}")

    async def _remove_link(self, request: Request, visitor: Visitor, form: Form) -> Response:  # noqa: ARG002
        connection, invoice = await self._found(request, visitor), request.path_params["invoice"]
        await self.invoices.remove_link(connection, invoice)
        return self.reception.to(f"/connections/{connection.id}/invoices/{invoice}")

    async def _linked_page(self, request: Request) -> Response:
        token = request.path_params["token"]
        seen = await self._linked(token)
        if seen is None:
            return self._nothing()
        pdf = self.reception.path(f"{LINK_ROOT}/{token}/pdf") if has_pdf() else None
        return self.reception.page("linked_invoice.html", None, sheet=self._sheet(seen), seen=seen, pdf=pdf)

    async def _linked_pdf(self, request: Request) -> Response:
        seen = await self._linked(request.path_params["token"])
        return await self._set(seen) if seen is not None else self._nothing()

    async def _linked(self, token: str) -> Seen | None:
        return await self.invoices.linked(token) if 0 < len(token) <= LONGEST_SECRET else None

    async def _set(self, seen: Seen) -> Response:
        sheet = self._sheet(seen)
        try:
            async with self._setting:
                document = await asyncio.to_thread(pdf_of, sheet)
        except NoTypst as missing:
            return self.reception.message("There is no PDF here", str(missing), status=501)
        headers = {**PRIVATE, "Content-Disposition": f'inline; filename="{sheet.file_name}"'}
        return Response(document, 200, headers, "application/pdf")

    def _sheet(self, seen: Seen) -> Sheet:
        return sheet_of(seen.invoice, seen.company, today(self.clock.now()))

    async def _found(self, request: Request, visitor: Visitor) -> ConnectionRecord:
        return (await self.overview.company(visitor.account.id, request.path_params["id"].lower())).connection

    def _nothing(self) -> Response:
        return self.reception.message(
            "This link does not work",
            "Perhaps it was taken back. Ask whoever sent it to you for another one.",
            status=404,
        )
