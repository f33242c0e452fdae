"""Pages of endpoints: who is told what happens, how they fare, and one with what it was and is owed."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from counterfoil.dispatch.endpoints import NEWEST, DeliveryView, Endpoints, EndpointView
from counterfoil.web.live import SLOW_LOOK, Live, mark_of
from counterfoil.web.reception import ROOT, Form, Reception, Visitor

PAGE = 30
LONGEST_ID = 40


class EndpointPages:
    """The pages, their news, and what is done by hand."""

    def __init__(self, reception: Reception, live: Live, endpoints: Endpoints) -> None:
        self.reception = reception
        self.live = live
        self.endpoints = endpoints

    def routes(self) -> list[BaseRoute]:
        shows, does = self.reception.shows, self.reception.does
        one = f"{ROOT}/endpoints/{{id}}"
        return [
            Route(f"{ROOT}/endpoints", shows(self._list), methods=["GET"]),
            Route(f"{ROOT}/events/endpoints", shows(self._list_news), methods=["GET"]),
            Route(f"{ROOT}/events/endpoints/{{id}}", shows(self._news), methods=["GET"]),
            Route(one, shows(self._page), methods=["GET"]),
            Route(f"{one}/pause", does(self._pause), methods=["POST"]),
            Route(f"{one}/resume", does(self._resume), methods=["POST"]),
            Route(f"{one}/rotate", shows(self._back), methods=["GET"]),
            Route(f"{one}/rotate", does(self._rotate), methods=["POST"]),
            Route(f"{one}/test", does(self._test), methods=["POST"]),
            Route(f"{one}/replay", does(self._replay), methods=["POST"]),
            Route(f"{one}/recover", does(self._recover), methods=["POST"]),
        ]

    async def _list(self, request: Request, visitor: Visitor) -> Response:  # noqa: ARG002
        views = await self.endpoints.of_account(visitor.account.id)
        return self.reception.page("endpoints.html", visitor, here="endpoints", views=views, mark=mark_of(views))

    async def _list_news(self, request: Request, visitor: Visitor) -> Response:
        async def mark() -> object:
            return await self.endpoints.of_account(visitor.account.id)

        return self.live.stream(request, visitor.account.id, f"endpoints {visitor.account.id}", mark, SLOW_LOOK)

    async def _page(self, request: Request, visitor: Visitor) -> Response:
        return await self._shown(request, visitor)

    async def _back(self, request: Request, visitor: Visitor) -> Response:
        """To the endpoint's page, for who loads the page with the new secret anew: it is shown no more."""
        await self.endpoints.find(visitor.account.id, request.path_params["id"])
        return self._to(request)

    async def _news(self, request: Request, visitor: Visitor) -> Response:
        identifier = request.path_params["id"]

        async def mark() -> object:
            return await self._found(visitor, identifier, NEWEST)

        return self.live.stream(request, visitor.account.id, f"endpoint {identifier}", mark)

    async def _pause(self, request: Request, visitor: Visitor, form: Form) -> Response:  # noqa: ARG002
        await self.endpoints.pause(visitor.account.id, request.path_params["id"])
        return self._to(request)

    async def _resume(self, request: Request, visitor: Visitor, form: Form) -> Response:  # noqa: ARG002
        await self.endpoints.resume(visitor.account.id, request.path_params["id"])
        return self._to(request)

    async def _rotate(self, request: Request, visitor: Visitor, form: Form) -> Response:  # noqa: ARG002
        secret = await self.endpoints.secret(visitor.account.id, request.path_params["id"], rotate=True)
        return await self._shown(request, visitor, secret)

    async def _test(self, request: Request, visitor: Visitor, form: Form) -> Response:  # noqa: ARG002
        await self.endpoints.test(visitor.account.id, request.path_params["id"])
        return self._to(request)

    async def _replay(self, request: Request, visitor: Visitor, form: Form) -> Response:
        await self.endpoints.replay(visitor.account.id, form.get("delivery", "")[:LONGEST_ID])
        return self._to(request)

    async def _recover(self, request: Request, visitor: Visitor, form: Form) -> Response:  # noqa: ARG002
        """Send everything again that was given up and is still kept."""
        await self.endpoints.recover(visitor.account.id, request.path_params["id"], 0)
        return self._to(request)

    async def _shown(self, request: Request, visitor: Visitor, secret: str | None = None) -> Response:
        identifier, before = request.path_params["id"], request.query_params.get("before", "")[:LONGEST_ID]
        view, owed = await self._found(visitor, identifier, before or NEWEST)
        return self.reception.page(
            "endpoint.html",
            visitor,
            here="endpoints",
            view=view,
            deliveries=owed[:PAGE],
            next=owed[PAGE - 1].delivery.id if len(owed) > PAGE else None,
            before=before,
            secret=secret,
            mark=mark_of(await self._found(visitor, identifier, NEWEST)) if before else mark_of((view, owed)),
        )

    async def _found(
        self, visitor: Visitor, identifier: str, before: str
    ) -> tuple[EndpointView, tuple[DeliveryView, ...]]:
        view = await self.endpoints.find(visitor.account.id, identifier)
        return view, await self.endpoints.deliveries(visitor.account.id, identifier, limit=PAGE + 1, before=before)

    def _to(self, request: Request) -> Response:
        return self.reception.to(f"/endpoints/{request.path_params['id']}")
