"""The page follows what is seen of the Web Connector, without being loaded again."""

import pytest
from playwright.sync_api import Page, expect
from tests.browser.house import House, Link


@pytest.fixture
def link(home: House, request: pytest.FixtureRequest) -> Link:
    return home.link(home.connection(f"Acme {request.node.name[:30]}"))


def marks(page: Page) -> list[str]:
    """The marks of the ticks, as a screen reader tells them."""
    return page.locator(".mark-told").all_text_contents()


def stays(page: Page) -> None:
    """Leave a trace that a reload would wipe out."""
    page.evaluate("window.wasNotReloaded = true")


def has_stayed(page: Page) -> bool:
    return bool(page.evaluate("window.wasNotReloaded === true"))


def test_ticks_come_one_after_another(home: House, link: Link, page: Page) -> None:
    page.goto(link.url)
    stays(page)
    assert marks(page) == ["we are waiting for this", *["not yet"] * 5]
    home.note(link.connection, downloaded_at=home.now)
    expect(page.locator("[data-tick=downloaded]")).to_contain_text("done")
    home.note(link.connection, first_seen_at=home.now, last_seen_at=home.now, connector_version="2.3.0.198")
    expect(page.locator("[data-tick=reached]")).to_contain_text("done")
    expect(page.locator("[data-tick=reached]")).to_contain_text("version 2.3.0.198")
    home.note(link.connection, last_poll_at=home.now)
    expect(page.locator("[data-tick=accepted]")).to_contain_text("done")
    assert marks(page) == ["done"] * 3 + ["we are waiting for this", "not yet", "not yet"]
    home.note(link.connection, company_name="Acme Holdings", product="QuickBooks Enterprise", last_success_at=home.now)
    expect(page.locator("#done")).to_be_visible()
    assert marks(page) == ["done"] * 6
    expect(page.locator("#company")).to_have_text("Acme Holdings")
    expect(page.locator("#product")).to_have_text("QuickBooks Enterprise")
    assert has_stayed(page)


def test_what_is_wrong_is_told_within_a_second_and_goes_away_by_itself(home: House, link: Link, page: Page) -> None:
    page.goto(link.url)
    stays(page)
    seen = {"first_seen_at": home.now, "last_seen_at": home.now}
    home.note(link.connection, **seen, attention="0x80040414", attention_at=home.now)
    expect(page.locator("#trouble")).to_be_visible(timeout=1000)
    assert page.locator("#trouble-steps li").count() >= 2
    expect(page.locator("#trouble-password")).to_be_hidden()
    home.note(link.connection, last_poll_at=home.now, last_success_at=home.now, attention=None, attention_at=None)
    expect(page.locator("#trouble")).to_be_hidden(timeout=1000)
    assert has_stayed(page)


def test_stored_markup_stays_text_in_what_is_sent_on(home: House, link: Link, page: Page) -> None:
    hostile = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>"
    page.goto(link.url)
    seen = {"first_seen_at": home.now, "last_seen_at": home.now, "last_poll_at": home.now}
    code = "QBD_WRONG_COMPANY_FILE"
    home.note(link.connection, **seen, attention=code, attention_words=hostile, attention_at=home.now)
    expect(page.locator("#trouble-title")).to_have_text(hostile)
    home.note(
        link.connection, attention=None, company_name=hostile, last_success_at=home.now, connector_version=hostile
    )
    expect(page.locator("#company")).to_have_text(hostile)
    assert page.evaluate("window.hacked") is None
    assert page.locator("main img, main script").count() == 0


def test_a_password_is_shown_once_can_be_copied_and_opens(home: House, link: Link, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(link.url)
    page.get_by_role("button", name="Make the password").click()
    field = page.get_by_label("Your password")
    expect(field).to_be_visible()
    password = field.input_value()
    assert len(password) >= 24
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == password
    assert password not in page.content().replace(f'value="{password}"', "")
    page.reload()
    expect(page.get_by_label("Your password")).to_be_hidden()
    assert password not in page.content()
    opened = home.do(home.running.conversation.authenticate(link.connection.id, password, "2.3.0.198"))
    assert opened[1] != "nvu"
    expect(page.locator("[data-tick=accepted]")).to_contain_text("done")


def test_pause_and_resume(home: House, link: Link, page: Page) -> None:
    seen = dict.fromkeys(("first_seen_at", "last_seen_at", "last_poll_at", "last_success_at"), home.now)
    home.note(link.connection, **seen)
    page.goto(link.url)
    expect(page.get_by_role("button", name="Resume now")).to_be_hidden()
    page.get_by_role("button", name="1 hour").click()
    expect(page.locator("#words")).to_contain_text("Paused")
    condition = home.do(home.running.connectors.condition(link.connection))
    assert condition.state == "paused"
    assert abs(condition.connector.paused_until - home.now - 3600) <= 5
    page.get_by_role("button", name="Resume now").click()
    expect(page.locator("#words")).to_contain_text("Connected")
    assert home.do(home.running.connectors.condition(link.connection)).state == "polling"


def test_a_connection_that_falls_silent_says_since_when(home: House, link: Link, page: Page) -> None:
    long_ago = home.now - 3 * 3600
    seen = dict.fromkeys(("first_seen_at", "last_seen_at", "last_poll_at", "last_success_at"), long_ago)
    home.note(link.connection, **seen)
    page.goto(link.url)
    expect(page.locator("#trouble-title")).to_have_text("The Web Connector has not been seen for a while")
    expect(page.locator("#last")).to_be_visible()
    assert page.locator("#last-time").get_attribute("datetime") != ""


def test_a_page_whose_link_runs_out_says_so_by_itself(home: House, page: Page) -> None:
    link = home.link(home.connection("Brief"), seconds=3)
    page.goto(link.url)
    expect(page.get_by_role("heading", name="Connect Brief to QuickBooks")).to_be_visible()
    expect(page.get_by_role("heading", name="This link is over")).to_be_visible()


def test_it_can_be_worked_by_the_keyboard(link: Link, page: Page) -> None:
    page.goto(link.url)
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert reached[:2] == ["Download the connection file", "Make the password"]
    assert {"15 minutes", "1 hour", "Until tomorrow"} <= set(reached)
    page.get_by_role("button", name="Make the password").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your password")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_runs_over_the_edge(home: House, page: Page, width: int) -> None:
    link = home.link(home.connection("Wolfeschlegelsteinhausenbergerdorff" * 2), redirect="https://app.example/")
    seen = {"first_seen_at": home.now, "last_seen_at": home.now}
    home.note(link.connection, **seen, attention="QBWC_PASSWORD_WRONG", attention_at=home.now)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(link.url)
    page.get_by_role("button", name="Make the password").click()
    expect(page.locator("#shown")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_it_does_the_same(home: House, link: Link, page: Page) -> None:
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(link.url)
    plain.get_by_role("button", name="Make the password").click()
    assert len(plain.get_by_label("Your password").input_value()) >= 24
    seen = dict.fromkeys(("first_seen_at", "last_seen_at", "last_poll_at", "last_success_at"), home.now)
    home.note(link.connection, **seen)
    plain.get_by_role("button", name="15 minutes").click()
    expect(plain.locator("#words")).to_contain_text("Paused")
    assert plain.url.endswith(link.url.partition("?")[0].rpartition("/")[2])
    context.close()
