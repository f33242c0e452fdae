"""Who may see the pages at `/app`: cookies, the sign-in by a link that serves once, and what guards each form."""

import hmac
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from counterfoil.core.errors import (
    BooksAway,
    Broken,
    CounterfoilError,
    OutcomeUnknown,
    StorageTrouble,
    Unknown,
)
from counterfoil.core.problems import Problem
from counterfoil.dispatch.visiting import VISIT_SECONDS, Visiting
from counterfoil.storage.installation import AccountRecord
from counterfoil.web.forms import form_of
from counterfoil.web.guard import PRIVATE, is_from_own_page
from counterfoil.web.pages import NOT_NOW, STATIC_ROOT, environment

ROOT: Final = "/app"
COOKIE: Final = "counterfoil_visit"
WANTED: Final = "counterfoil_wanted"
LONGEST_SECRET: Final = 100
_OWN_PATH = re.compile(r"/app(/[A-Za-z0-9_-]{1,80}){0,5}")
_log = logging.getLogger(__name__)


class Visitor(Struct, frozen=True, kw_only=True):
    """Somebody who is signed in to an account; `csrf` is what their forms must bring back."""

    account: AccountRecord
    csrf: str


Form = Mapping[str, str]
Endpoint = Callable[[Request], Awaitable[Response]]
Shows = Callable[[Request, Visitor], Awaitable[Response]]
Does = Callable[[Request, Visitor, Form], Awaitable[Response]]


class Reception:
    """Lets visitors in. `address` is how a person's browser reaches this server."""

    def __init__(self, visiting: Visiting, address: Callable[[], str]) -> None:
        self.visiting = visiting
        self.address = address

    def shows(self, act: Shows) -> Endpoint:
        """An endpoint for those who are signed in."""

        async def endpoint(request: Request) -> Response:
            try:
                visitor = await self.visitor(request)
                if visitor is None:
                    return self.stranger(request)
                _check_address(request)
                return await act(request, visitor)
            except Exception as error:
                return self._told(error)

        return endpoint

    def does(self, act: Does) -> Endpoint:
        """An endpoint that changes something: asked for by a form of our own page, and by nothing else."""

        async def endpoint(request: Request) -> Response:
            try:
                visitor = await self.visitor(request)
                if visitor is None:
                    return self.stranger(request)
                form = await form_of(request)
                if not is_from_own_page(request, self.address()) or not _same(form.get("csrf", ""), visitor.csrf):
                    return self.message(
                        "That did not come from our page",
                        "For your safety nothing was changed. Go back, load the page anew and press the button there.",
                        status=403,
                    )
                _check_address(request)
                return await act(request, visitor, form)
            except Exception as error:
                return self._told(error)

        return endpoint

    def shows_everybody(self, act: Endpoint) -> Endpoint:
        """An endpoint for whoever has its address."""

        async def endpoint(request: Request) -> Response:
            try:
                return await act(request)
            except Exception as error:
                return self._told(error, is_public=True)

        return endpoint

    async def nothing(self, request: Request, visitor: Visitor) -> Response:  # noqa: ARG002
        """What is at every address below `/app` that leads to no page."""
        return self._told(_nothing())

    async def visitor(self, request: Request) -> Visitor | None:
        secret = request.cookies.get(COOKIE, "")
        if not 0 < len(secret) <= LONGEST_SECRET:
            return None
        account = await self.visiting.visitor(secret)
        return Visitor(account=account, csrf=_csrf(secret)) if account is not None else None

    async def invitation(self, request: Request) -> Response:
        """What a sign-in link shows: a button, so that whoever only looks at links uses none up."""
        try:
            account = await self.visiting.invited(request.path_params["secret"][:LONGEST_SECRET])
            if account is None:
                return self._link_over()
            return self.page("login.html", None, account_name=account.name)
        except Exception as error:
            return self._told(error)

    async def sign_in(self, request: Request) -> Response:
        """Use the link up, and go where the visitor wanted to go."""
        try:
            if not is_from_own_page(request, self.address()):
                return self.message("That did not come from our page", "Open your link once more.", status=403)
            secret = await self.visiting.sign_in(request.path_params["secret"][:LONGEST_SECRET])
            if secret is None:
                return self._link_over()
            wanted = request.cookies.get(WANTED, "")
            answer = self.to(wanted.removeprefix(ROOT) if _OWN_PATH.fullmatch(wanted) else "")
            self._set(answer, COOKIE, secret, VISIT_SECONDS)
            answer.delete_cookie(WANTED, path=self.path(ROOT))
            return answer
        except Exception as error:
            return self._told(error)

    async def sign_out(self, request: Request, visitor: Visitor, form: Form) -> Response:  # noqa: ARG002
        await self.visiting.sign_out(request.cookies.get(COOKIE, ""))
        answer = self.message("You are signed out", "To come back, make a new link with `counterfoil login`.")
        answer.delete_cookie(COOKIE, path=self.path(ROOT))
        return answer

    def stranger(self, request: Request) -> Response:
        """Somebody who is not signed in is told how to be, and afterwards comes to what they wanted."""
        answer = self.message(
            "Sign in to see this",
            "These pages are for those who run this Counterfoil. You sign in with a link that serves once.",
            (
                "On the machine that Counterfoil runs on, run: counterfoil login",
                "Open the link that it prints in this browser, within ten minutes.",
            ),
            status=401,
        )
        path = request.scope["path"]
        if request.method == "GET" and _OWN_PATH.fullmatch(path) and not path.startswith(f"{ROOT}/events"):
            self._set(answer, WANTED, path, 600)
        return answer

    def page(self, template: str, visitor: Visitor | None, *, status: int = 200, **values: Any) -> Response:
        """A page filled in; everything that is filled in is escaped."""
        body = environment.get_template(template).render(
            root=self.root, static=f"{self.root}{STATIC_ROOT}", visitor=visitor, **values
        )
        return Response(body, status, PRIVATE, "text/html; charset=utf-8")

    def message(
        self, title: str, text: str, steps: tuple[str, ...] = (), *, status: int = 200, onward: str | None = None
    ) -> Response:
        return self.page("message.html", None, status=status, title=title, text=text, steps=steps, onward=onward)

    def to(self, path: str) -> Response:
        """On to a page below `/app`."""
        return RedirectResponse(self.path(f"{ROOT}{path}"), 303, PRIVATE)

    def path(self, path: str) -> str:
        return f"{self.root}{path}"

    @property
    def root(self) -> str:
        """The path of our address, below which a proxy may serve us."""
        return urlsplit(self.address()).path.rstrip("/")

    def _set(self, answer: Response, name: str, value: str, seconds: int) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=seconds,
            path=self.path(ROOT),
            secure=self.address().startswith("https://"),
            httponly=True,
            samesite="lax",
        )

    def _link_over(self) -> Response:
        return self.message(
            "This link does not work",
            "A sign-in link serves once, and for ten minutes.",
            ("Make a new one: counterfoil login",),
            status=410,
        )

    def _told(self, error: Exception, *, is_public: bool = False) -> Response:
        """An error as a page; of our own faults nothing is told but that there was one."""
        home = self.path(ROOT) if not is_public else None
        if isinstance(error, Unknown):
            text = "Perhaps it is over a week old, or was deleted."
            return self.message("There is nothing here", text, status=404, onward=home)
        if isinstance(error, StorageTrouble):
            answer = self.message(*NOT_NOW, status=503)
            answer.headers["Retry-After"] = str(error.retry_after)
            return answer
        if isinstance(error, BooksAway | OutcomeUnknown):
            return self.message("The books cannot be reached now", str(error), status=503, onward=home)
        if isinstance(error, CounterfoilError) and not isinstance(error, Broken):
            return self.message("That cannot be done", str(error), status=409, onward=home)
        _log.error("a page failed", exc_info=error)
        text = "Nothing that you did is lost."
        return self.message("Something went wrong on our side", text, status=500, onward=home)


def _check_address(request: Request) -> None:
    """Raises Unknown where an address names a character that no name has, and that PostgreSQL takes for none."""
    if "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise _nothing()


def _nothing() -> Unknown:
    return Unknown(Problem("unknown_resource", (), {"detail": "There is no such page."}))


def _csrf(secret: str) -> str:
    """What follows from the cookie and cannot be told by anybody who does not have it."""
    return hmac.new(secret.encode(), b"counterfoil form", sha256).hexdigest()


def _same(given: str, own: str) -> bool:
    return hmac.compare_digest(given.encode(), own.encode())
