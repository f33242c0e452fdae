"""A house whose pages are looked at: demo companies, a key, a receiver of post, and a desktop company that works."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page
from tests.browser.house import PATIENCE, House, house

from counterfoil.app.companies import make_demo_companies
from counterfoil.app.demo_company import US_CONNECTION


class Receiver:
    """Takes post and remembers it; answers with what it is told to."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.status, self.answer = 200, b"thank you"
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(receiver.status)
                self.send_header("Content-Length", str(len(receiver.answer)))
                self.end_headers()
                self.wfile.write(receiver.answer)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/post"


OWN = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form that our own page posts."""

_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


class Visitor:
    """Somebody who is signed in: gets pages, and posts the forms on them as a browser does."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def token(self) -> str:
        found = _TOKEN.search(self.client.get("/app").text)
        assert found is not None
        return found[1]

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.client.post(path, data={"csrf": self.token(), **fields}, headers=OWN)


class People:
    """The house, and what its tests ask of it through the APIs."""

    def __init__(self, home: House, key: str, receiver: Receiver, folder: Path) -> None:
        self.home = home
        self.key = key
        self.receiver = receiver
        self.folder = folder
        self.clients: list[httpx.Client] = []
        self.desktop = home.connection("Cedar & Sons")
        self._password = home.do(home.running.connectors.new_password(self.desktop))

    def sign_in(self, page: Page, account: str | None = None) -> None:
        page.goto(self.login_url(account))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{self.home.url}/app**")

    def visitor(self, account: str | None = None) -> "Visitor":
        """Somebody who is signed in, without a browser."""
        client = httpx.Client(base_url=self.home.url, trust_env=False, timeout=PATIENCE)
        self.clients.append(client)
        signed = client.post(self.login_url(account), headers=OWN)
        assert signed.status_code == 303
        return Visitor(client)

    def login_url(self, account: str | None = None) -> str:
        url: str = self.home.do(self.home.running.perform("login", {"account": account}))["url"]
        return url

    def conductor_on_desktop(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """The same for the desktop company, whose Web Connector comes for it."""
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(self.conductor, path, body, **{"Conductor-End-User-Id": self.desktop.id})
            while not asked.done():
                self.session()
            return asked.result()

    def conductor(self, path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        sent = {"Authorization": f"Bearer {self.key}", "Conductor-End-User-Id": US_CONNECTION, **headers}
        url = f"{self.home.url}/v1/quickbooks-desktop/{path}"
        return httpx.post(url, json=body, headers=sent, timeout=PATIENCE, trust_env=False)

    def queued(self, request_xml: str, connection_id: str | None = None) -> dict[str, Any]:
        """A document handed in through QUBE's API, whose answer is posted to the receiver."""
        url = f"{self.home.url}/api/v1/connections/{connection_id or self.desktop.id}/queued_requests"
        body = {"request_xml": request_xml, "webhook_url": self.receiver.url}
        answer = httpx.post(url, json=body, auth=(self.key, ""), timeout=PATIENCE, trust_env=False)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()["data"]
        return told

    def session(self) -> None:
        """One session of the desktop company's Web Connector, from beginning to end."""
        qwc = self.home.running.connecting.file(self.desktop).encode()
        report = self.home.session(self.folder / "Cedar", qwc, self._password).result(PATIENCE)
        assert report.error is None


@contextmanager
def people_at(folder: Path) -> Iterator[People]:
    """The house while the block runs."""
    receiver = Receiver()
    serving = threading.Thread(target=receiver.server.serve_forever, daemon=True)
    serving.start()
    try:
        with house(folder / "data", allow_private_webhooks=True) as home:
            running = home.running
            home.do(make_demo_companies(running))
            account = home.do(running.administration.account(None))
            key = home.do(running.administration.create_key(account.id, None, "tests"))[1]
            post = home.begin(running.sender.run())
            people = People(home, key, receiver, folder)
            yield people
            for client in people.clients:
                client.close()
            post.cancel()
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
