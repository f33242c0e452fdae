"""Commands that stand in for what is not at hand: QuickBooks Desktop with its Web Connector, and QuickBooks Online."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
import httpx
from msgspec import structs

from counterfoil.app.cli.output import as_json, console, failed
from counterfoil.app.demo_company import open_us_company
from counterfoil.app.online_sandbox import CANADIAN_NAME, CANADIAN_REALM, US_NAME, canadian_sandbox, sandbox
from counterfoil.core.errors import CounterfoilError
from counterfoil.emulators.desktop.company import CompanyFolder, open_company
from counterfoil.emulators.desktop.connector import WebConnector
from counterfoil.emulators.desktop.faults import FAULTS, Faults, UnknownFault
from counterfoil.emulators.desktop.processor import CENTRAL, RequestProcessor
from counterfoil.emulators.desktop.qwc import QwcRefused
from counterfoil.emulators.desktop.report import Event, SessionReport
from counterfoil.emulators.online.company import US_REALM, OnlineCompany
from counterfoil.emulators.online.faults import FAULTS as ONLINE_FAULTS
from counterfoil.emulators.online.faults import Faults as OnlineFaults
from counterfoil.emulators.online.faults import UnknownFault as UnknownOnlineFault
from counterfoil.emulators.online.oauth import ALWAYS_GOOD
from counterfoil.emulators.online.service import OnlineEmulator
from counterfoil.emulators.online.serving import PortTaken, served

FOLDER: Final = Path("counterfoil-company")
ONLINE_FOLDER: Final = Path("counterfoil-online")
ONLINE_PORT: Final = 8082
HERE: Final = ("localhost", "127.0.0.1", "::1")

HINTS: Final = {
    "unreachable": "Is the server running? Start it with: counterfoil serve",
    "QBWC1004": "Is the server running? Start it with: counterfoil serve",
    "invalid user": "Make another password on the connect page, and start again with it.",
}
"""What to do about endings of a session, and about codes of the Web Connector."""


@click.group()
def emulate() -> None:
    """Emulators: programs that stand in for QuickBooks, to try things out with."""


@emulate.command()
@click.option("--qwc", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The file.")
@click.option("--password", required=True, help="The password that belongs to it.")
@click.option(
    "--company", "folder", type=click.Path(path_type=Path, file_okay=False), default=FOLDER, show_default=True
)
@click.option("--empty", is_flag=True, help="A new company holds nothing but what QuickBooks puts into it.")
@click.option("--once", is_flag=True, help="Hold one session, instead of coming back for more.")
@click.option("--fault", "wanted", multiple=True, help=f"NAME or NAME:NUMBER of: {', '.join(FAULTS)}.")
@click.option("--utc-offset", default=CENTRAL, show_default=True, help="The company's standard time, or its time zone.")
@click.option("--json", "json_wanted", is_flag=True, help="Print JSON for machines, an object for each event.")
def desktop(
    qwc: Path,
    password: str,
    folder: Path,
    empty: bool,
    once: bool,
    wanted: tuple[str, ...],
    utc_offset: str,
    json_wanted: bool,
) -> None:
    """QuickBooks Desktop and its Web Connector, on a company file in a folder of its own."""
    try:
        faults = Faults(wanted)
        company = open_company(folder, fill=None if empty else open_us_company)
        asyncio.run(_emulated(company, qwc, password, faults, utc_offset, once=once, json_wanted=json_wanted))
    except (UnknownFault, ValueError) as error:
        failed(str(error), json_wanted=json_wanted, code=2)
    except QwcRefused as refusal:
        failed(f"{refusal}{_advice(refusal.code)}", json_wanted=json_wanted)
    except CounterfoilError as error:
        failed(str(error), json_wanted=json_wanted)
    except OSError as error:
        failed(f"{folder} cannot be used as a company folder ({error.strerror})", json_wanted=json_wanted)


@emulate.command()
@click.option("--port", type=click.IntRange(0, 65535), default=ONLINE_PORT, show_default=True, help="0 takes any.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--companies",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=ONLINE_FOLDER,
    show_default=True,
    help="The folder that holds the companies' books.",
)
@click.option("--empty", is_flag=True, help="New companies hold nothing but what QuickBooks puts into them.")
@click.option("--auto-consent", is_flag=True, help="The page of consent agrees by itself.")
@click.option("--quirks", is_flag=True, help="Keep Intuit's oddities, such as four tax codes where one is asked for.")
@click.option("--warn-duplicates", is_flag=True, help="Refuse a document number that is taken (fault 6140).")
@click.option("--fault", "wanted", multiple=True, help=f"NAME or NAME:COUNT of: {', '.join(ONLINE_FAULTS)}.")
@click.option("--json", "json_wanted", is_flag=True, help="Print JSON for machines.")
def online(
    port: int,
    host: str,
    folder: Path,
    empty: bool,
    auto_consent: bool,
    quirks: bool,
    warn_duplicates: bool,
    wanted: tuple[str, ...],
    json_wanted: bool,
) -> None:
    """QuickBooks Online: Intuit's OAuth and Accounting API, on two companies, one American and one Canadian."""
    companies = (sandbox(folder), canadian_sandbox(folder))
    if empty:
        companies = (OnlineCompany(folder / US_REALM, US_REALM), OnlineCompany(folder / CANADIAN_REALM, CANADIAN_REALM))
    for company in companies:
        company.quirks, company.warns_of_duplicates = quirks, warn_duplicates
    try:
        emulator = OnlineEmulator(*companies, faults=OnlineFaults(wanted), auto_consent=auto_consent)
        asyncio.run(_served(emulator, host, port, json_wanted=json_wanted))
    except UnknownOnlineFault as error:
        failed(str(error), json_wanted=json_wanted, code=2)
    except (PortTaken, CounterfoilError) as error:
        failed(str(error), json_wanted=json_wanted)
    except OSError as error:
        failed(f"{folder} cannot be used for companies ({error.strerror})", json_wanted=json_wanted)


async def _served(emulator: OnlineEmulator, host: str, port: int, *, json_wanted: bool) -> None:
    """Open the companies, say what clients need to be told, and serve until told to stop."""
    for company in emulator.companies.values():
        await company.open()
    async with served(emulator, host=host, port=port) as url:
        told = _settings(url)
        if json_wanted:
            as_json(told)
        else:
            console.print(_online_sentences(told), markup=False)
        sys.stdout.flush()
        stop = asyncio.Event()
        with _until_told(stop):
            await stop.wait()


def _settings(url: str) -> dict[str, Any]:
    """What a client of Intuit's is to be set to."""
    return {
        "url": url,
        "api_base": f"{url}/v3/company",
        "discovery_url": f"{url}/.well-known/openid_sandbox_configuration",
        "authorize_url": f"{url}/connect/oauth2",
        "token_url": f"{url}/oauth2/v1/tokens/bearer",
        "revoke_url": f"{url}/v2/oauth2/tokens/revoke",
        "refresh_token": ALWAYS_GOOD,
        "realms": {US_REALM: US_NAME, CANADIAN_REALM: CANADIAN_NAME},
    }


def _online_sentences(told: dict[str, Any]) -> str:
    realms = "\n".join(f"  realm {realm}    {name}" for realm, name in told["realms"].items())
    return (
        f"An emulated QuickBooks Online is ready at {told['url']} (Ctrl-C stops it). It is no Intuit.\n{realms}\n"
        "Set your client so; any client id and secret are good:\n"
        f"  API base         {told['api_base']}/<realm>\n"
        f"  discovery        {told['discovery_url']}\n"
        f"  consent          {told['authorize_url']}\n"
        f"  tokens           {told['token_url']}\n"
        f"  revocation       {told['revoke_url']}\n"
        f"  refresh token    {told['refresh_token']} (always good), or the one that comes of consent\n"
        "For Counterfoil itself:\n"
        f"  COUNTERFOIL_INTUIT_ENVIRONMENT={told['discovery_url']}\n"
        f"  COUNTERFOIL_INTUIT_API_BASE={told['url']}\n"
        "  COUNTERFOIL_INTUIT_CLIENT_ID=any\n"
        "  COUNTERFOIL_INTUIT_CLIENT_SECRET=any"
    )


async def _emulated(
    opening: contextlib.AbstractAsyncContextManager[CompanyFolder],
    qwc: Path,
    password: str,
    faults: Faults,
    utc_offset: str,
    *,
    once: bool,
    json_wanted: bool,
) -> None:
    """Hold sessions until told to stop; with `once` a single one, which must end well."""
    teller = _Teller(json_wanted)
    async with opening as company, _client(qwc) as client:
        processor = RequestProcessor(company, faults=faults, utc_offset=utc_offset)
        connector = WebConnector(qwc, password, processor, client, tell=teller.tell)
        stop = asyncio.Event()
        with _until_told(stop):
            if not once:
                await connector.run(stop, teller.ended)
                teller.tell(Event(kind="stopped", text="Stopped."))
                return
            report = await connector.session(stop)
            teller.ended(report)
    if not report.is_good:
        failed(f"{report.error or report.ending}{_advice(report.ending)}", json_wanted=json_wanted)


class _Teller:
    """Prints what happens; what repeats itself at every session is told once."""

    def __init__(self, json_wanted: bool) -> None:
        self.json_wanted = json_wanted
        self.last: dict[str, str] = {}

    def tell(self, event: Event) -> None:
        if self.json_wanted:
            as_json({"event": event.kind, **event.values})
        elif event.kind in ("connected", "company") and self.last.get(event.kind) == event.text:
            return
        else:
            console.print(event.text, markup=False)
        self.last[event.kind] = event.text
        sys.stdout.flush()

    def ended(self, report: SessionReport) -> None:
        """Tell how a session ended; of several that come to the same, the first."""
        if self.json_wanted:
            self.tell(Event(kind="session", text="", values=_told(report)))
            return
        text = _sentence(report)
        if report.processed or self.last.get("session") != text:
            console.print(text, markup=False)
        self.last["session"] = text


def _told(report: SessionReport) -> dict[str, Any]:
    """A report for machines; the ticket is a secret of the session."""
    return {name: value for name, value in structs.asdict(report).items() if name != "ticket" and value is not None}


def _sentence(report: SessionReport) -> str:
    if report.error is not None:
        code = f" ({report.code})" if report.code else ""
        return f"Session ended: {report.ending}. {report.error}{code}{_advice(report.ending)}"
    if report.ending == "no work":
        return "Nothing to do; waiting."
    count = f"{report.processed} document{'' if report.processed == 1 else 's'}"
    return f"Session ended: {report.ending}, {count} processed."


def _advice(problem: str | None) -> str:
    return f"\n{HINTS[problem]}" if problem in HINTS else ""


@contextlib.contextmanager
def _until_told(stop: asyncio.Event) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM set `stop`, so that the session at work is closed and nothing is torn."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in numbers:
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(number)


def _client(qwc: Path) -> httpx.AsyncClient:
    """A client that goes past the system's proxy where the server is on this machine."""
    local = any(f"//{host}" in qwc.read_text("utf-8", "replace") for host in HERE)
    return httpx.AsyncClient(trust_env=not local)
