"""Nothing that was stored becomes markup, on any page and wherever it is shown."""

from html.parser import HTMLParser

import pytest

from counterfoil.dispatch.connectors import Condition
from counterfoil.storage.connectors import Connector
from counterfoil.storage.installation import AuthSessionRecord, ConnectionRecord
from counterfoil.web.links import Link
from counterfoil.web.pages import Address, connect_page, message_page, reachable_page, static_file, support_page
from counterfoil.web.progress import progress_of

PLAIN = "Acme and Sons"
HOSTILE = (
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "</p></main><iframe src=//evil.example></iframe>",
    "<svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt; &amp; &#x27;",
    "<!-- --><![CDATA[ ]]>",
    "javascript:alert(1)",
    "A ‮gnp.exe \x00\x1b[31m",
)


class Skeleton(HTMLParser):
    """The elements of a page with the names of their attributes, and apart from them all texts and values."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.texts: list[str] = []
        self.links: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        self.texts += [value or "" for _, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self.elements.append((f"/{tag}", ()))

    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment", ()))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def page(text: str, *, attention: str | None = "QBD_WRONG_COMPANY_FILE") -> str:
    """The connect page with `text` wherever something stored is shown."""
    connection = ConnectionRecord(account_id="a", id="c", name=text, books="desktop", state="live")
    session = AuthSessionRecord(
        account_id="a", id="s", connection_id="c", secret_digest=b"", publishable_key="", created_at=0, expires_at=9
    )
    connector = Connector(
        password=b"",
        last_seen_at=1,
        last_poll_at=1,
        last_success_at=None if attention else 1,
        connector_version=text,
        company_name=text,
        product=text,
        attention=attention,
        attention_words=text,
        attention_at=1,
    )
    condition = Condition(state="live", connector=connector)
    return connect_page(
        Link(secret="auth_sess_client_secret_00", session=session, connection=connection),
        progress_of(condition, 0),
        Address("", "auth_sess_client_secret_00"),
        onward=f"https://app.example/?from={text}",
        has_file=True,
        password=text,
    )


@pytest.mark.parametrize("attention", ["QBD_WRONG_COMPANY_FILE", "0x80099999", None])
@pytest.mark.parametrize("text", HOSTILE)
def test_stored_markup_is_shown_and_never_followed(text: str, attention: str | None) -> None:
    plain, hostile = Skeleton(page(PLAIN, attention=attention)), Skeleton(page(text, attention=attention))
    assert hostile.elements == plain.elements
    assert len([each for each in plain.texts if PLAIN in each]) >= 4, "it is shown somewhere at all"
    assert len([each for each in hostile.texts if text in each]) >= 4


def test_the_page_names_nothing_from_elsewhere_and_runs_nothing_of_its_own() -> None:
    skeleton = Skeleton(page(PLAIN))
    assert [attrs for tag, attrs in skeleton.elements if tag == "script"] == [("src", "defer")]
    assert not [tag for tag, attrs in skeleton.elements if "style" in attrs or tag == "style"]
    assert not [name for _, attrs in skeleton.elements for name in attrs if name.startswith("on")]
    outside = [link for link in skeleton.links if not link.startswith("/connect/")]
    assert outside == [f"https://app.example/?from={PLAIN}"]


@pytest.mark.parametrize("text", HOSTILE)
def test_messages_are_escaped_too(text: str) -> None:
    plain = Skeleton(message_page("", "t", PLAIN, (PLAIN,)))
    assert Skeleton(message_page("", text, text, (text,))).elements == plain.elements


def test_pages_of_the_endpoint_say_what_they_are() -> None:
    assert "Counterfoil&#39;s Web Connector endpoint is reachable" in reachable_page()
    assert "Update Selected" in support_page()


def test_what_lies_below_a_path_of_a_proxy_is_named_there() -> None:
    assert "/books/connect/static/connect.css" in reachable_page("/books")


def test_only_the_files_of_the_page_are_served() -> None:
    assert static_file("connect.js")
    assert static_file("../pages.py") is None
