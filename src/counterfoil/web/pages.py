"""Pages for people: templates filled in, everything escaped that is filled in."""

from datetime import UTC, datetime
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from counterfoil.web import words
from counterfoil.web.links import Link
from counterfoil.web.progress import Progress

STATIC_ROOT: Final = "/connect/static"
STATIC_TYPES: Final = {
    "connect.css": "text/css; charset=utf-8",
    "connect.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "app.css": "text/css; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
}

LINK_UNKNOWN: Final = (
    "This link does not work",
    "Perhaps a part of it was left behind when it was copied. Open it once more from the message that you got, or ask "
    "whoever sent it for a new one.",
)
LINK_OVER: Final = (
    "This link is over",
    "Links to this page work for a limited time. Ask whoever sent it to you for a new one. What is already connected "
    "stays connected.",
)
NOTHING_TO_CONNECT: Final = (
    "Nothing has to be connected",
    "This company's books are kept by Counterfoil itself, not by QuickBooks Desktop. It is ready for use.",
)
NOT_FROM_HERE: Final = (
    "That did not come from our page",
    "For your safety nothing was changed. Open your link once more and press the button there.",
)
NOT_NOW: Final = (
    "This cannot be had just now",
    "The database, in which everything is kept, cannot be used at the moment. Open this page once more in a minute. If "
    "you had pressed a button, look then whether it was done.",
)
BROKEN: Final = (
    "Something went wrong on our side",
    "Nothing that you did is lost. Open your link once more in a minute.",
)


class Address:
    """Where a link's page is; `root` is the path of the public address, below which everything lies."""

    def __init__(self, root: str, secret: str) -> None:
        self.root = root
        self.page = f"{root}/connect/{secret}"


def connect_page(
    link: Link,
    progress: Progress,
    address: Address,
    *,
    onward: str | None,
    has_file: bool,
    password: str | None = None,
) -> str:
    """The page of a link. `has_file` is False where the installation's address is one that QuickBooks refuses."""
    return environment.get_template("connect.html").render(
        name=link.connection.name,
        user_name=link.connection.id,
        progress=progress,
        page=address.page,
        static=f"{address.root}{STATIC_ROOT}",
        onward=onward,
        has_file=has_file,
        password=password,
    )


def message_page(root: str, title: str, text: str, steps: tuple[str, ...] = (), onward: str | None = None) -> str:
    """A page that says one thing."""
    template = environment.get_template("message.html")
    return template.render(title=title, text=text, steps=steps, onward=onward, static=f"{root}{STATIC_ROOT}")


def reachable_page(root: str = "") -> str:
    """What a browser sees at the address that the Web Connector calls."""
    return message_page(
        root,
        "Counterfoil's Web Connector endpoint is reachable",
        "This address is for the QuickBooks Web Connector, and it can be reached. There is nothing to do here: open "
        "the connect link that you were sent, and follow its steps.",
    )


def support_page(root: str = "") -> str:
    """The support page that a `.qwc` file names; the Web Connector looks whether it is there."""
    return message_page(
        root,
        "Help with the connection to QuickBooks",
        "Your accounting is connected to another program through Counterfoil and the QuickBooks Web Connector.",
        (
            "Make sure that the computer with QuickBooks is on, that you are signed in to Windows, and that it does "
            "not go to sleep.",
            "Start the Web Connector, tick “Auto-Run” in the row of Counterfoil, and press “Update Selected”.",
            "If a window is open in QuickBooks, answer it or close it, and press “Update Selected” once more.",
            "Open your connect link: it says what is wrong and how to mend it. If it is over, ask whoever sent it for "
            "a new one.",
        ),
    )


def static_file(name: str) -> bytes | None:
    """A file that pages name; None where there is none of this name."""
    return _STATIC.get(name)


def _moment_told(moment: str) -> str:
    """A moment for those whose browser runs no script: `26 Nov 2026, 10:01 UTC`."""
    read = datetime.fromisoformat(moment).astimezone(UTC)
    return f"{read.day} {read:%b %Y, %H:%M} UTC"


environment: Final = Environment(
    loader=PackageLoader("counterfoil.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.filters |= {
    "moment": _moment_told,
    "told": words.moment,
    "iso": words.iso,
    "cents": words.cents,
    "asked": words.asked,
    "state_told": words.state_told,
    "weekday": words.weekday,
    "mood": lambda name: words.MOODS.get(name, "idle"),
    "standing": words.STANDINGS.__getitem__,
    "dialect": lambda name: words.DIALECTS.get(name or "", ""),
    "books": lambda name: words.BOOKS.get(name, name),
    "actor": words.ACTORS.__getitem__,
}
_STATIC: Final = {name: files("counterfoil.web").joinpath("static", name).read_bytes() for name in STATIC_TYPES}
