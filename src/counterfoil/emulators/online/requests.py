"""Requests to the Accounting API: what each address and method asks of a company."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from counterfoil.core.dates import local_moment
from counterfoil.emulators.online.company import OnlineCompany
from counterfoil.emulators.online.desk import Desk
from counterfoil.emulators.online.refusals import missing, not_found, unreadable, unsupported
from counterfoil.emulators.online.uploads import uploads_of
from counterfoil.wire.qbo.bodies import decoded

Json = dict[str, Any]
LONGEST_REQUEST_ID: Final = 50


@dataclass(slots=True)
class Asked:
    """A request: the steps of its path below the company in small letters, its query and its body."""

    method: str
    steps: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of(cls, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> "Asked":
        return cls(method, tuple(step for step in path.split("/") if step), query, headers)

    @property
    def name(self) -> str:
        return self.steps[0].casefold() if self.steps else ""

    @property
    def is_write(self) -> bool:
        return self.method == "POST" and self.name != "query"

    @property
    def wants_json(self) -> bool:
        accepted = self.headers.get("accept", "").casefold()
        return "json" in accepted or self.query.get("format", "").casefold() == "json"

    @property
    def operation(self) -> str:
        return self.query.get("operation", "").casefold()

    @property
    def includes(self) -> Set[str]:
        return frozenset(self.query.get("include", "").casefold().split(",")) - {""}

    @property
    def request_id(self) -> str:
        return self.query.get("requestid", "")[:LONGEST_REQUEST_ID]

    @property
    def object(self) -> Json:
        """The body as one object. Raises Refused."""
        try:
            found = decoded(self.body)
        except ValueError:
            raise unreadable() from None
        if not isinstance(found, dict):
            raise unreadable()
        return found


async def answered(company: OnlineCompany, asked: Asked) -> Json | bytes:
    """The body of the answer. Raises what `refusals.REFUSALS` names."""
    return await (_posted(company, asked) if asked.method == "POST" else _got(company, asked))


async def _got(company: OnlineCompany, asked: Asked) -> Json | bytes:
    match asked.name, asked.steps[1:]:
        case "query", ():
            return await _queried(company, asked.query.get("query", ""))
        case "cdc", ():
            entities, since = asked.query.get("entities", ""), asked.query.get("changedSince", "")
            return await company.ask(lambda desk: desk.changes(entities, since))
        case "reports", (name,):
            return _report(name, asked.query, local_moment(company.clock.now()))
        case "exchangerate", ():
            currency, day = _plain(asked.query, "sourcecurrencycode"), _plain(asked.query, "asofdate")
            return await company.ask(lambda desk: desk.exchange_rate(currency, day))
        case "preferences" | "companyinfo" as name, _:
            return await company.ask(lambda desk: desk.read(name, "1"))
        case name, (id,):
            return await company.ask(lambda desk: desk.read(name, id, asked.includes))
        case name, (id, "pdf"):
            return await company.ask(lambda desk: desk.pdf(name, id))
    raise not_found()


async def _posted(company: OnlineCompany, asked: Asked) -> Json:
    if (asked.name, asked.steps[1:]) == ("query", ()):
        return await _queried(company, asked.body.decode("utf-8", "replace"))
    what = f"{'/'.join(asked.steps).casefold()}?{asked.operation}"
    return await company.carry_out(_work(asked), asked.request_id, what)


def _work(asked: Asked) -> Callable[[Desk], Json]:
    """What a request is to do. Raises Refused where it is none."""
    match asked.name, asked.steps[1:]:
        case "batch", ():
            return partial(Desk.batch, given=asked.object)
        case "upload", ():
            return partial(_attach, files=uploads_of(asked.headers.get("content-type", ""), asked.body))
        case "taxservice", (_,):
            return partial(Desk.tax_code, given=asked.object)
        case name, (id, "send"):
            return partial(Desk.send, name=name, id=id, to=asked.query.get("sendTo", ""))
        case name, ():
            return partial(
                Desk.write, name=name, given=asked.object, operation=asked.operation, includes=asked.includes
            )
    raise unsupported("/".join(asked.steps))


async def _queried(company: OnlineCompany, text: str) -> Json:
    if not text.strip():
        raise missing("query")
    return await company.ask(lambda desk: desk.query(text))


def _attach(desk: Desk, files: list[tuple[Json, Json]]) -> Json:
    answers = [desk.attach(metadata, content)["AttachableResponse"] for metadata, content in files]
    return {"AttachableResponse": [each for answer in answers for each in answer]}


def _report(name: str, query: Mapping[str, str], time: str) -> Json:
    """A report without figures: the ledger's own reports are not Intuit's."""
    options = [{"Name": key, "Value": each} for key, each in query.items() if key not in ("minorversion", "format")]
    header = {"Time": time, "ReportName": name, "Currency": "USD", "Option": options}
    return {"Header": header, "Columns": {"Column": []}, "Rows": {"Row": []}}


def _plain(query: Mapping[str, str], name: str) -> str:
    """A parameter by its name, capitals or not."""
    return next((each for key, each in query.items() if key.casefold() == name), "")
