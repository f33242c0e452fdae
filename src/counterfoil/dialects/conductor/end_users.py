"""End-users and auth-sessions: Conductor's names for connections, and for the links by which people make them."""

from typing import Any
from urllib.parse import quote, urlsplit

from counterfoil.core.dates import precise_moment
from counterfoil.core.errors import Conflict, Forbidden, Invalid
from counterfoil.core.ids import is_uuid
from counterfoil.core.problems import Problem
from counterfoil.dialects.conductor.values import Flaw, reader
from counterfoil.dispatch.administration import Administration, NewConnection
from counterfoil.dispatch.callers import Caller
from counterfoil.model.kinds import Text
from counterfoil.storage.installation import AccountRecord, ConnectionRecord

SHORTEST_LINK, LONGEST_LINK, USUAL_LINK = 15, 7 * 24 * 60, 30
"""Minutes for which a link may live."""

PREFIX = "end_usr_"
MOST_PROBLEMS = 100
_text = reader(Text(255), optional=False)


class EndUsers:
    """The connections of an account, as Conductor tells of them. New ones are of the installation's default books."""

    def __init__(self, administration: Administration, default_books: str, public_url: str | None) -> None:
        self.administration = administration
        self.default_books = default_books
        self.public_url = public_url

    async def create(self, caller: Caller, body: dict[str, Any]) -> dict[str, Any]:
        _refuse_bound(caller)
        values = _texts(body, ("companyName", "sourceId", "email"))
        account = AccountRecord(id=caller.account_id, name="", created_at=0)
        asked = NewConnection(
            name=values["companyName"], books=self.default_books, source_id=values["sourceId"], email=values["email"]
        )
        try:
            return self.told(await self.administration.create_connection(account, asked))
        except Conflict:
            values_ = {"value": values["sourceId"], "id": "another end-user"}
            raise Invalid(Problem("external_id_in_use", ("sourceId",), values_)) from None

    async def list(self, caller: Caller) -> dict[str, Any]:
        found = await self.administration.known_connections(caller.account_id, is_end_user)
        mine = [each for each in found if caller.connection_id in (None, each.id)]
        return {"objectType": "list", "url": "/v1/end-users", "data": [self.told(each) for each in mine]}

    async def delete(self, connection: ConnectionRecord) -> dict[str, Any]:
        await self.administration.delete_connection(connection.account_id, connection.id)
        return {"id": end_user_id(connection.known_as), "objectType": "end_user", "deleted": True}

    def told(self, connection: ConnectionRecord) -> dict[str, Any]:
        """A connection as an end-user with one integration connection."""
        return {
            "id": end_user_id(connection.known_as),
            "objectType": "end_user",
            "createdAt": precise_moment(connection.created_at),
            "companyName": connection.name,
            "sourceId": connection.source_id or connection.id,
            "email": connection.email or "",
            "integrationConnections": [
                {
                    "id": f"int_conn_{connection.id.replace('-', '')}",
                    "objectType": "integration_connection",
                    "createdAt": precise_moment(connection.created_at),
                    "integrationSlug": "quickbooks_desktop",
                    "lastRequestAt": _moment(connection.last_request_at),
                    "lastSuccessfulRequestAt": _moment(connection.last_success_at),
                }
            ],
        }

    async def auth_session(self, caller: Caller, body: dict[str, Any], origin: str) -> dict[str, Any]:
        """A link for a person; the page that it leads to belongs to the books that need one."""
        values, minutes, redirect = _link_of(body)
        connection = await self.administration.connection(caller.account_id, connection_id(values["endUserId"]))
        if caller.connection_id not in (None, connection.id):
            detail = f"This key is not for end-user {values['endUserId']}."
            raise Forbidden(Problem("forbidden", (), {"detail": detail}))
        record, secret = await self.administration.create_auth_session(
            connection, values["publishableKey"], minutes, redirect
        )
        client_secret = f"auth_sess_client_secret_{secret}"
        base = (self.public_url or origin).rstrip("/")
        return {
            "id": f"auth_sess_{record.id}",
            "objectType": "auth_session",
            "createdAt": precise_moment(record.created_at),
            "endUserId": end_user_id(connection.known_as),
            "clientSecret": client_secret,
            "authFlowUrl": f"{base}/connect/{client_secret}?key={quote(values['publishableKey'], safe='')}",
            "expiresAt": precise_moment(record.expires_at),
            "redirectUrl": redirect,
        }


def end_user_id(name: str) -> str:
    """A connection's id as an end-user's; an alias that is no UUID stands for itself."""
    return f"{PREFIX}{name.replace('-', '')}" if is_uuid(name) else name


def connection_id(end_user: str) -> str:
    """The connection behind an end-user id: `end_usr_` and 32 hex digits, or the UUID itself; else an alias."""
    digits = end_user.removeprefix(PREFIX).replace("-", "").lower()
    if not is_uuid(digits):
        return end_user
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def is_end_user(alias: str) -> bool:
    return alias.startswith(PREFIX) or is_uuid(alias)


def _moment(moment: int | None) -> str | None:
    return precise_moment(moment) if moment is not None else None


def _refuse_bound(caller: Caller) -> None:
    """A key for one connection makes no others."""
    if caller.connection_id is not None:
        detail = "This key is for one end-user only; making others takes a key of the whole account."
        raise Forbidden(Problem("forbidden", (), {"detail": detail}))


def _link_of(body: dict[str, Any]) -> tuple[dict[str, str], int, str | None]:
    """What a link is to be: its texts, how many minutes it lives, and where it leads afterwards."""
    problems: list[Problem] = []
    rest = {key: value for key, value in body.items() if key not in ("linkExpiryMins", "redirectUrl")}
    values = _read_texts(rest, ("publishableKey", "endUserId"), problems)
    minutes = body.get("linkExpiryMins", USUAL_LINK)
    if isinstance(minutes, bool) or not isinstance(minutes, int):
        problems.append(_wrong("linkExpiryMins", "a whole number", minutes))
    elif not SHORTEST_LINK <= minutes <= LONGEST_LINK:
        span = {"value": minutes, "range": f"whole minutes from {SHORTEST_LINK} to {LONGEST_LINK}"}
        problems.append(Problem("out_of_range", ("linkExpiryMins",), span))
    redirect = body.get("redirectUrl")
    if "redirectUrl" in body and not _is_web_address(redirect):
        problems.append(_wrong("redirectUrl", "an http or https address", redirect))
    if problems:
        raise Invalid(*problems[:MOST_PROBLEMS])
    return values, minutes, redirect


def _texts(body: dict[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    """Required texts, and nothing beside them; the problems are told together."""
    problems: list[Problem] = []
    values = _read_texts(body, names, problems)
    if problems:
        raise Invalid(*problems[:MOST_PROBLEMS])
    return values


def _read_texts(body: dict[str, Any], names: tuple[str, ...], problems: list[Problem]) -> dict[str, str]:
    unknown = [name[:60] for name in body if name not in names]
    problems += [Problem("unknown_field", (name,), {"name": name, "hint": ""}) for name in unknown]
    values = {}
    for name in names:
        try:
            if body.get(name) in (None, ""):
                raise Flaw("required", {})
            values[name] = _text(body[name])
        except Flaw as flaw:
            problems.append(Problem(flaw.kind, (name,), flaw.values))
    return values


def _wrong(name: str, expected: str, value: object) -> Problem:
    return Problem("wrong_type", (name,), {"expected": expected, "received": str(value)[:60]})


def _is_web_address(url: object) -> bool:
    """An address of the web, and nothing that runs."""
    try:
        parts = urlsplit(_text(url))
    except (Flaw, ValueError):
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
