"""A trouble as the connect page tells it: the catalogue's words, and what was noted beside the code where it helps."""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from counterfoil.core.problems import Actor
from counterfoil.dispatch.overview import IDLE_STATES, ConnectionView
from counterfoil.wire.troubles.trouble import Trouble, trouble_of


class Advice(Struct, frozen=True, kw_only=True):
    """What is wrong, in plain words, and the steps that mend it, the first to try first.

    `stops` where nothing runs until a person has done something; else it is tried again by itself.
    `offers_password` where a new password is what helps; `actor` is who can mend it, `words` are
    the books' own.
    """

    code: str
    title: str
    text: str
    steps: tuple[str, ...]
    stops: bool
    offers_password: bool = False
    actor: Actor | None = None
    words: str = ""


def advice_on(code: str, words: str) -> Advice:
    """What to do about a code that was noted, with the words beside it."""
    trouble = trouble_of(code, words)
    say = TITLES.get(trouble.code)
    return Advice(
        code=trouble.code,
        title=say(trouble, words.strip()) if say is not None else trouble.title,
        text=trouble.bookkeeper,
        steps=trouble.steps,
        stops=trouble.course == "stop",
        offers_password=trouble.code in ("QBWC_PASSWORD_WRONG", "QBWC_PASSWORD_ROTATED"),
        actor=trouble.actor,
    )


def advice_of(company: ConnectionView) -> Advice | None:
    """What a connection needs of a person, if it needs anything."""
    if company.code is None or not (company.is_troubled or company.state in IDLE_STATES):
        return None
    if company.connection.books != "online":
        return advice_on(company.code, company.words or "")
    words = company.words or company.code
    steps = ("Open a connect link, sign in at Intuit and choose the company; what waits is sent then.",)
    return Advice(
        code=company.code, title=f"QuickBooks Online: {words}", text="", steps=steps, stops=True, actor="bookkeeper"
    )


TITLES: Final[Mapping[str, Callable[[Trouble, str], str]]] = {
    "QBD_WRONG_COMPANY_FILE": lambda trouble, words: words or trouble.title,
    "QBWC_PASSWORD_WRONG": lambda *_: "The Web Connector reached us but the password is wrong.",
    "QBWC_PASSWORD_ROTATED": lambda *_: "The Web Connector reached us but still has the old password.",
}
"""Titles that say more than the catalogue's, of the trouble and of the words that were noted (of a wrong company: a
sentence that names both)."""
