"""Twenty-four clients of all dialects and books. Each write is sent, under its key, until it is answered for good."""

import asyncio
import itertools
import random
import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from tests.acceptance.conftest import ACME, DEMO
from tests.acceptance.processes.quickbooks import QuickBooks
from tests.support.processes import Fleet

from counterfoil.emulators.online.company import US_REALM

Json = dict[str, Any]
TIMEOUT: Final = 30
"""Seconds for which a call waits for its books, by our own setting."""

IMPATIENT: Final = 0.3
"""Seconds for which some of the callers want to wait for books that lie elsewhere."""

INTUIT_PAGE: Final = 1000
"""What Intuit tells at once, at the most."""

SLACK: Final = 60
"""Seconds that a machine with much else to do may add; one who has heard nothing by then would wait for ever."""

LABEL: Final[re.Pattern[bytes]] = re.compile(rb"storm-[a-z]+-[0-9]+")
GOODS: Final = ("Paver", "Soil", "Sprinkler")
PRICES: Final = (475, 620, 1899)
"""Cents: what the demo company takes for a paver, a bag of soil, a sprinkler head."""

TAXES: Final = (625, 200)
"""Hundredths of a percent: what the state and the city take of what is taxable, each rounded by itself."""

CLIENTS: Final = (("conductor", 12), ("qube", 3), ("snapbooks", 3), ("chargeover", 2), ("desktop", 2), ("online", 2))
"""How many of the twenty-four speak what; the last two speak Conductor's, to books that lie elsewhere."""

ANYBODY: Final = {"Authorization": 'OAuth oauth_token="any"', "Accept": "application/json"}
ELSEWHERE: Final = ("desktop", "online")
TIMED_OUT: Final = 504
AWAY: Final = 503
NOT_CONNECTED: Final = "INTEGRATION_CONNECTION_NOT_ACTIVE"


@dataclass
class Sent:
    """A write: what it is, what it must come to in cents, and the taxes among that."""

    label: str
    kind: str
    path: str
    body: Json
    total: int
    tax: int = 0


@dataclass
class Tally:
    """What callers met."""

    sent: dict[str, Sent] = field(default_factory=dict)
    acknowledged: dict[str, Json] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    """Those that were told `not_applied` at their first sending, and were not sent again."""

    cut: int = 0
    unknown: int = 0
    away: int = 0
    replayed: int = 0
    longest: float = 0.0
    statuses: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"{len(self.sent)} writes, {len(self.acknowledged)} acknowledged, {len(self.refused)} told that nothing was"
            f" stored; {self.cut} times cut off, {self.unknown} times told that nobody knows yet, {self.away} times"
            f" that the database is away, {self.replayed} stored already when sent again; longest wait"
            f" {self.longest:.1f} s; {dict(self.statuses)}"
        )


@dataclass(frozen=True)
class Company:
    """Where a client's invoices go: its connection, and the ids of a customer and of what is sold."""

    connection: str
    customer: str
    items: tuple[str, ...]


class Storm:
    """The clients. With `gives_up`, half of the writes that were surely not stored are not sent again."""

    def __init__(
        self, fleet: Fleet, keys: Mapping[str, str], companies: Mapping[str, Company], *, gives_up: bool
    ) -> None:
        self.fleet = fleet
        self.keys = keys
        self.companies = companies
        self.gives_up = gives_up
        self.tally = Tally()
        self.over = asyncio.Event()
        self._serial = itertools.count(1)

    async def run(self, kinds: Mapping[str, int], troubles: Any) -> None:
        """Let so many clients of each kind work until the troubles are over, and every write has come to its end."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=40)
        async with httpx.AsyncClient(timeout=TIMEOUT + SLACK, limits=limits, trust_env=False) as self.http:
            clients = [asyncio.create_task(self._client(kind)) for kind, count in kinds.items() for _ in range(count)]
            try:
                await troubles
            finally:
                self.over.set()
            await asyncio.gather(*clients)

    async def _client(self, kind: str) -> None:
        while not self.over.is_set():
            sent = self._write(kind, f"storm-{kind}-{next(self._serial)}")
            self.tally.sent[sent.label] = sent
            await self._until_answered(sent)

    async def _until_answered(self, sent: Sent) -> None:
        for attempt in itertools.count(1):
            patience = random.choice((IMPATIENT, TIMEOUT, TIMEOUT))
            began = time.monotonic()
            try:
                answer = await self._posted(sent, patience)
            except httpx.TimeoutException:
                raise AssertionError(f"{sent.label} heard nothing for {time.monotonic() - began:.0f} s") from None
            except httpx.TransportError:
                self.tally.cut += 1
                await asyncio.sleep(0.05)
                continue
            self.tally.longest = max(self.tally.longest, time.monotonic() - began)
            if sent.kind in ELSEWHERE:
                assert time.monotonic() - began < patience + SLACK
            self.tally.statuses[f"{sent.kind} {answer.status_code}"] += 1
            if answer.status_code in (200, 201):
                self.tally.acknowledged[sent.label] = answer.json()
                self.tally.replayed += "idempotent-replayed" in answer.headers
                return
            if self._is_given_up(sent, answer, attempt):
                self.tally.refused.add(sent.label)
                return
            await asyncio.sleep(0.2)

    def _is_given_up(self, sent: Sent, answer: httpx.Response, attempt: int) -> bool:
        """Whether a client lets it be. Fails where an answer is none that a caller could act upon."""
        if answer.status_code == AWAY:
            self.tally.away += 1
            outcome = away_outcome(sent.kind, answer)
            return self.gives_up and attempt == 1 and outcome == "not_applied" and random.random() < 0.5
        told = answer.json()
        if answer.status_code == TIMED_OUT:
            self.tally.unknown += told["error"]["outcome"] == "unknown"
            assert told["error"]["outcome"] in ("unknown", "not_applied")
            assert answer.headers["X-Should-Retry"] == "false"
            return False
        assert answer.status_code == 409, f"{sent.label}: {answer.status_code} {answer.text}"
        assert told["error"]["code"] == NOT_CONNECTED, answer.text
        return False

    async def _posted(self, sent: Sent, patience: float) -> httpx.Response:
        return await self.http.post(
            f"{self.fleet.url()}{sent.path}",
            json=sent.body,
            headers={"Idempotency-Key": sent.label, **self._headers(sent.kind, patience)},
            auth=self._auth(sent.kind),
        )

    def _headers(self, kind: str, patience: float) -> dict[str, str]:
        if kind == "snapbooks":
            return {"X-Api-Key": self.keys["bound"]}
        if kind in ("qube", "chargeover"):
            return {}
        return {
            "Authorization": f"Bearer {self.keys['all']}",
            "Conductor-End-User-Id": self.companies[kind].connection,
            "Conductor-Timeout-Seconds": str(patience if kind in ELSEWHERE else TIMEOUT),
        }

    def _auth(self, kind: str) -> Any:
        if kind == "qube":
            return (self.keys["all"], "")
        if kind == "chargeover":
            return basic(self.keys["bound"])
        return None

    def _write(self, kind: str, label: str) -> Sent:
        company = self.companies.get(kind, self.companies["conductor"])
        if kind in ("conductor", "qube"):
            return self._goods(kind, label, company)
        dollars = random.randint(1, 90)
        if kind == "snapbooks":
            line = {"units": 1, "billAmount": dollars, "productService": "21", "taxCodeRef": "NON"}
            body: Json = {"customerId": 59, "note": label, "lineItems": [line]}
            return Sent(label, kind, "/api/v1/invoice", body, dollars * 100)
        if kind == "chargeover":
            line = {"item_id": int(company.items[3]), "line_rate": dollars}
            return Sent(
                label,
                kind,
                "/api/v3/invoice",
                {"customer_id": 1234, "memo": label, "line_items": [line]},
                dollars * 100,
            )
        line = {"itemId": company.items[0], "amount": f"{dollars}.00"}
        body = {"customerId": company.customer, "transactionDate": "2026-03-02", "memo": label, "lines": [line]}
        return Sent(label, kind, "/v1/quickbooks-desktop/invoices", body, dollars * 100)

    def _goods(self, kind: str, label: str, company: Company) -> Sent:
        """A taxed invoice of three lines, to the embedded books."""
        quantities = [random.randint(1, 9) for _ in GOODS]
        subtotal = sum(price * count for price, count in zip(PRICES, quantities, strict=True))
        tax = sum((subtotal * rate + 5000) // 10000 for rate in TAXES)
        items = company.items[:3]
        if kind == "qube":
            lines = [{"item_list_id": item, "quantity": n} for item, n in zip(items, quantities, strict=True)]
            body: Json = {"customer_list_id": ACME, "transaction_date": "2026-03-02", "memo": label, "lines": lines}
            return Sent(label, kind, f"/api/v1/connections/{DEMO}/invoices", body, subtotal + tax, tax)
        lines = [{"itemId": item, "quantity": n} for item, n in zip(items, quantities, strict=True)]
        body = {"customerId": ACME, "transactionDate": "2026-03-02", "memo": label, "lines": lines}
        return Sent(label, kind, "/v1/quickbooks-desktop/invoices", body, subtotal + tax, tax)


def away_outcome(kind: str, answer: httpx.Response) -> str:
    """What a dialect says became of a write while the database is away, or its disk full, in its own shape; QUBE's says
    it in words."""
    assert int(answer.headers["Retry-After"]) >= 1
    told = answer.json()
    if kind == "qube":
        detail = told["errors"]["detail"]
        assert "database" in detail or "disk" in detail, told
        return "unknown" if "while" in detail or "before" in detail else "not_applied"
    if kind == "snapbooks":
        assert (told["success"], told["type"]) == (False, "Unavailable"), told
        outcome = told["outcome"]
    elif kind == "chargeover":
        assert (told["code"], told["status"]) == (AWAY, "Error"), told
        outcome = told["details"]["outcome"]
    else:
        assert told["error"]["httpStatusCode"] == AWAY, told
        assert told["error"]["code"] in ("STORAGE_UNAVAILABLE", "STORAGE_FULL"), told
        outcome = told["error"]["outcome"]
    assert outcome in ("not_applied", "unknown"), told
    return str(outcome)


def basic(key: str) -> tuple[str, str]:
    """User and password of a key: its id, and the whole of it."""
    return key[: len("cf_") + 16], key


def keys_of(fleet: Fleet) -> dict[str, str]:
    """A key of the whole account, and one that is bound to the demo company."""
    return {
        "all": fleet.perform("key.create")["key"],
        "bound": fleet.perform("key.create", connection=DEMO)["key"],
    }


def demo_company(fleet: Fleet, keys: Mapping[str, str]) -> Company:
    headers = {"Authorization": f"Bearer {keys['all']}", "Conductor-End-User-Id": DEMO}
    with httpx.Client(timeout=SLACK) as http:
        root = f"{fleet.url()}/v1/quickbooks-desktop"
        found = http.get(f"{root}/non-inventory-items", headers=headers).json()["data"]
        ids = {each["name"]: each["id"] for each in found}
        auth = basic(keys["bound"])
        asked = http.get(f"{fleet.url()}/api/v3/item", params={"where": "name:EQUALS:Labour"}, auth=auth)
        labour = str(asked.json()["response"][0]["item_id"])
    return Company(DEMO, ACME, (*(ids[name] for name in GOODS), labour))


def check_embedded(fleet: Fleet, tally: Tally, before: set[str]) -> int:
    """Every invoice of the demo company that is new: once, whole, and in the ledger as a calculator has it."""
    new = {
        identifier: (body, total, left)
        for identifier, body, total, left in fleet.rows(
            "SELECT id, body, total, open FROM transactions WHERE connection_id = %s AND resource = 'invoices'", DEMO
        )
        if identifier not in before
    }
    labels = {identifier: _label(body) for identifier, (body, _, _) in new.items()}
    mine = {each.label for each in tally.sent.values() if each.kind not in ELSEWHERE}
    assert max(Counter(labels.values()).values()) == 1, "an invoice was made twice"
    there = set(labels.values())
    assert there <= mine
    assert mine & tally.acknowledged.keys() <= there, "what was acknowledged is not there"
    assert not there & tally.refused, "what was told as not stored is there"
    assert mine - tally.refused == there
    numbers = [
        row[0]
        for row in fleet.rows(
            "SELECT ref_number FROM transactions WHERE connection_id = %s AND resource = 'invoices' AND id = ANY(%s)",
            DEMO,
            list(new),
        )
    ]
    assert len(set(numbers)) == len(numbers), "a number was given twice"
    _check_ledger(fleet, tally, {identifier: tally.sent[label] for identifier, label in labels.items()}, new)
    return len(new)


def _check_ledger(fleet: Fleet, tally: Tally, made: Mapping[str, Sent], new: Mapping[str, Any]) -> None:
    sums = (
        "SELECT transaction_id, SUM(amount), SUM(GREATEST(amount, 0)) FROM postings WHERE connection_id = %s GROUP BY 1"
    )
    postings = {row[0]: (int(row[1]), int(row[2])) for row in fleet.rows(sums, DEMO)}
    for identifier, sent in made.items():
        _, total, left = new[identifier]
        assert (total, left) == (sent.total, sent.total), sent
        assert postings[identifier] == (0, sent.total), sent
    assert {nil for nil, _ in postings.values()} == {0}, "debits are not credits"
    of_accounts = (
        "SELECT convert_from(o.body, 'UTF8')::json->>'name', SUM(p.amount) FROM postings p JOIN objects o"
        " ON o.connection_id = p.connection_id AND o.list = 'accounts' AND o.id = p.account_id"
        " WHERE p.connection_id = %s AND p.transaction_id = ANY(%s) GROUP BY 1"
    )
    balances = {name: int(amount) for name, amount in fleet.rows(of_accounts, DEMO, list(made))}
    assert balances["Accounts Receivable"] == sum(sent.total for sent in made.values())
    assert -balances["Sales Tax Payable"] == sum(sent.tax for sent in made.values())
    orphans = (
        "SELECT COUNT(*) FROM postings p WHERE connection_id = %s AND NOT EXISTS"
        " (SELECT 1 FROM transactions t WHERE t.connection_id = p.connection_id AND t.id = p.transaction_id)"
    )
    assert fleet.rows(orphans, DEMO) == [(0,)]


def check_desktop(tally: Tally, quickbooks: QuickBooks) -> int:
    """Every invoice in QuickBooks' company file: once, and its receivables are their sum."""
    found = quickbooks.invoices()
    made = Counter(each.memo or "" for each in found)
    mine = {each.label for each in tally.sent.values() if each.kind == "desktop"}
    assert set(made.values()) <= {1}, "an invoice was made twice"
    assert made.keys() <= mine - tally.refused, "what was told as not stored is there"
    assert {label for label in mine if label in tally.acknowledged} <= made.keys()
    for each in found:
        assert each.total_amount is not None
        assert int(each.total_amount * 100) == tally.sent[each.memo or ""].total
        told = tally.acknowledged.get(each.memo or "")
        assert told is None or told["id"] == each.id
    if found:
        assert quickbooks.trial_balance()["Accounts Receivable"] == sum(tally.sent[label].total for label in made)
    return len(found)


def check_online(tally: Tally, found: list[Json]) -> int:
    """Every invoice that Intuit has with a label of ours: once, as acknowledged."""
    labelled = {each["Id"]: each for each in found if str(each.get("PrivateNote", "")).startswith("storm-")}
    made = Counter(each["PrivateNote"] for each in labelled.values())
    mine = {each.label for each in tally.sent.values() if each.kind == "online"}
    assert set(made.values()) <= {1}, "an invoice was made twice"
    assert made.keys() <= mine - tally.refused, "what was told as not stored is there"
    assert {label for label in mine if label in tally.acknowledged} <= made.keys()
    for each in labelled.values():
        told = tally.acknowledged.get(each["PrivateNote"])
        assert told is None or told["id"] == each["Id"]
        lines = [line for line in each["Line"] if line["DetailType"] == "SalesItemLineDetail"]
        assert [round(line["Amount"] * 100) for line in lines] == [tally.sent[each["PrivateNote"]].total]
    return len(labelled)


def invoices_before(fleet: Fleet) -> set[str]:
    found = fleet.rows("SELECT id FROM transactions WHERE connection_id = %s AND resource = 'invoices'", DEMO)
    return {row[0] for row in found}


def connected_online(fleet: Fleet) -> str:
    """A connection that a person has let into the emulated Intuit's American company; its id."""
    made = fleet.perform("connection.create", books="online", name="Sandbox")
    agreed = httpx.get(made["connect_url"], follow_redirects=True, timeout=SLACK)
    assert "is connected" in agreed.text, agreed.text
    return str(made["id"])


def invoices_in(intuit: str) -> list[Json]:
    """Every invoice that the emulated Intuit has."""
    found: list[Json] = []
    while True:
        page = f"select * from Invoice startposition {len(found) + 1} maxresults {INTUIT_PAGE}"
        url = f"{intuit}/v3/company/{US_REALM}/query"
        answer = httpx.get(url, params={"query": page}, headers=ANYBODY, timeout=SLACK)
        more: list[Json] = answer.json()["QueryResponse"].get("Invoice", [])
        found += more
        if len(more) < INTUIT_PAGE:
            return found


def waiting(fleet: Fleet) -> int:
    """Writes that have not come to their end."""
    (row,) = fleet.rows("SELECT COUNT(*) FROM lane WHERE is_write AND settled_at IS NULL")
    return int(row[0])


def _label(body: bytes) -> str:
    found: set[bytes] = set(LABEL.findall(bytes(body)))
    assert len(found) == 1, body
    return found.pop().decode()
