"""The whole way as a bookkeeper goes it, with an emulated Web Connector and QuickBooks at the other end."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.house import PATIENCE, House, Link, company_file
from tests.browser.test_page import has_stayed, stays

AT_ONCE = 1500
"""Milliseconds within which the page tells what the Web Connector met, on a machine that is busy with tests."""


@pytest.fixture
def link(home: House, request: pytest.FixtureRequest) -> Link:
    return home.link(home.connection("Acme Holdings"), redirect=f"{home.url}/qbwc/support")


def downloaded(page: Page, tmp_path: Path) -> bytes:
    """The file that the page gives, as the browser keeps it."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the connection file").click()
    assert download.value.suggested_filename == "Acme Holdings - Counterfoil.qwc"
    path = tmp_path / "added.qwc"
    download.value.save_as(path)
    return path.read_bytes()


def made_password(page: Page, button: str = "Make the password") -> str:
    page.get_by_role("button", name=button).click()
    field = page.get_by_label("Your password")
    expect(field).to_be_visible()
    return field.input_value()


def stamp(home: House, folder: Path, owner_id: str, file_id: str) -> None:
    """A company file that belongs to another connection of the same account."""

    async def stamped() -> None:
        company = company_file(folder)
        await company.stamp(owner_id, file_id)
        await company.close()

    home.do(stamped())


def test_from_the_link_to_connected_and_back_to_the_program(
    home: House, link: Link, page: Page, tmp_path: Path
) -> None:
    page.goto(link.url)
    stays(page)
    qwc = downloaded(page, tmp_path)
    expect(page.locator("[data-tick=downloaded]")).to_contain_text("done")
    password = made_password(page)

    refused = home.session(tmp_path / "Acme", qwc, "not-the-password")
    expect(page.locator("#trouble-title")).to_have_text(
        "The Web Connector reached us but the password is wrong.", timeout=AT_ONCE
    )
    assert refused.result(PATIENCE).ending == "invalid user"
    expect(page.locator("[data-tick=reached]")).to_contain_text("done")
    expect(page.locator("[data-tick=accepted]")).to_contain_text("needs your help")
    expect(page.locator("#trouble").get_by_role("button", name="Make a new password")).to_be_visible()

    session = home.session(tmp_path / "Acme", qwc, password)
    expect(page.locator("#done")).to_be_visible(timeout=5000)
    expect(page.locator("#trouble")).to_be_hidden()
    assert page.locator(".mark-told").all_text_contents() == ["done"] * 6
    assert has_stayed(page)
    expect(page.locator("#leaving")).to_have_text(re.compile(r"You are taken there in \d seconds\."))
    expect(page.get_by_role("link", name="Go on")).to_have_attribute("href", f"{home.url}/qbwc/support")
    page.wait_for_url(f"{home.url}/qbwc/support")
    assert session.result(PATIENCE).error is None


def test_the_password_of_the_trouble_box_mends_it(home: House, link: Link, page: Page, tmp_path: Path) -> None:
    page.goto(link.url)
    qwc = downloaded(page, tmp_path)
    home.session(tmp_path / "Acme", qwc, "wrong").result(PATIENCE)
    home.session(tmp_path / "Acme", qwc, made_password(page, "Make a new password"))
    expect(page.locator("#trouble")).to_be_hidden()
    expect(page.locator("#done")).to_be_visible(timeout=5000)


def test_a_wrong_company_is_named_beside_the_right_one(home: House, link: Link, page: Page, tmp_path: Path) -> None:
    page.goto(link.url)
    stays(page)
    qwc = downloaded(page, tmp_path)
    password = made_password(page)
    other = home.connection("Other")
    stamp(home, tmp_path / "Beta Gardens", f"{{{link.connection.account_id}}}", f"{{{other.id}}}")
    turned_away = home.session(tmp_path / "Beta Gardens", qwc, password)
    expect(page.locator("#trouble-title")).to_contain_text("Beta Gardens", timeout=5000)
    expect(page.locator("#trouble-title")).to_contain_text("Acme Holdings")
    expect(page.locator("[data-tick=right]")).to_contain_text("needs your help")
    expect(page.locator("#done")).to_be_hidden()
    assert turned_away.result(PATIENCE).processed == 0
    home.session(tmp_path / "Acme Holdings", qwc, password)
    expect(page.locator("#company")).to_have_text("Acme Holdings", timeout=5000)
    expect(page.locator("#done")).to_be_visible()
    expect(page.locator("#trouble")).to_be_hidden()
    assert has_stayed(page)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("access-denied", "Admin"),
        ("auto-login", "Allow this application to login automatically"),
        ("modal-dialog", "QuickBooks"),
        ("closed", "QuickBooks"),
    ],
)
def test_what_quickbooks_refuses_is_told_with_steps_until_it_works(
    home: House, link: Link, page: Page, tmp_path: Path, fault: str, words: str
) -> None:
    page.goto(link.url)
    stays(page)
    qwc = downloaded(page, tmp_path)
    password = made_password(page)
    failing = home.session(tmp_path / "Acme", qwc, password, [f"{fault}:9"])
    expect(page.locator("#trouble")).to_be_visible(timeout=5000)
    expect(page.locator("[data-tick=opened]")).to_contain_text("needs your help")
    expect(page.locator("#trouble-steps")).to_contain_text(words)
    assert failing.result(PATIENCE).ending == "company not reached"
    home.session(tmp_path / "Acme", qwc, password)
    expect(page.locator("#trouble")).to_be_hidden(timeout=5000)
    expect(page.locator("#done")).to_be_visible()
    assert has_stayed(page)
