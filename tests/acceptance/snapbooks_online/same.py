"""Two answers side by side: what is the same, what is an id, and where embedded books and QuickBooks Online differ.

`docs/reference/snapbooks-online.md` is made of the table here: `python -m tests.acceptance.snapbooks_online.same`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

PAGE: Final = Path(__file__).parents[3] / "docs" / "reference" / "snapbooks-online.md"
NOTHING: Final = "nothing"
IDS: Final = re.compile(r"/(id|Id|TxnId)$")
LINE_ID: Final = re.compile(r"/Line(\[\d+\])?/Id$")
TEXTS: Final = re.compile(r"/(message|Detail)$")
NUMBER: Final = re.compile(r"\b\d+\b")


@dataclass(frozen=True, slots=True)
class Unlike:
    """A place at which two answers differ; `within` is the object of the embedded answer that the place is in."""

    place: str
    embedded: Any
    online: Any
    within: Mapping[str, Any]

    @property
    def text(self) -> str:
        return f"{self.place}: {self.embedded!r} of embedded books, {self.online!r} of online ones"


@dataclass(frozen=True, slots=True)
class Row:
    """A difference that is right: where it shows, what either side does, and why."""

    name: str
    shows: Callable[[Unlike], bool]
    subject: str
    embedded: str
    online: str
    reason: str


def _description(unlike: Unlike) -> bool:
    return bool(re.search(r"/Line(\[\d+\])?/Description$", unlike.place)) and unlike.online is None


def _shipping(unlike: Unlike) -> bool:
    is_account = unlike.place.endswith("/SalesItemLineDetail/ItemAccountRef")
    return is_account and unlike.within.get("ItemRef") == "SHIPPING_ITEM_ID" and unlike.online is None


def _version(unlike: Unlike) -> bool:
    return unlike.place.endswith("/SyncToken") and str(unlike.online).isdecimal()


def _method(unlike: Unlike) -> bool:
    same = str(unlike.embedded).casefold() == str(unlike.online).casefold()
    return unlike.place.endswith("/ShipMethodRef") and same


def _only_embedded(*kinds: str) -> Callable[[Unlike], bool]:
    def shows(unlike: Unlike) -> bool:
        gone = unlike.embedded if isinstance(unlike.embedded, Mapping) else {}
        return unlike.online == NOTHING and gone.get("Name", gone.get("DisplayName")) in kinds

    return shows


def _words(unlike: Unlike) -> bool:
    is_refusal = unlike.within.get("type") == "QuickBooks" or "Message" in unlike.within
    return is_refusal and bool(re.search(r"^/body/(message|details\[\d+\]/(Detail|element|action))$", unlike.place))


AGENCIES: Final = (
    "Texas Comptroller",
    "City of Austin",
    "Oklahoma Tax Commission",
    "Tulsa County",
    "City of Tulsa",
    "Receiver General",
    "Minister of Revenue Quebec",
)
ROWS: Final = (
    Row(
        "description",
        _description,
        "`Description` of a line that is sent without one",
        "what the item says of itself",
        "null",
        "Intuit takes nothing over from the item.",
    ),
    Row(
        "shipping account",
        _shipping,
        "`ItemAccountRef` of the line for shipping",
        "the account of the item that shipping is charged with",
        "null",
        "SHIPPING_ITEM_ID is no item that can be read; the account is a setting of the company.",
    ),
    Row(
        "shipping item",
        _only_embedded("Shipping"),
        "The item `Shipping`",
        "is on the list of items",
        "is not",
        "Intuit charges shipping with SHIPPING_ITEM_ID, and no item is made for it.",
    ),
    Row(
        "agency",
        lambda unlike: unlike.place.endswith("/AgencyRef") or _only_embedded(*AGENCIES)(unlike),
        "Tax agencies",
        "are vendors",
        "are a list of their own, from which `AgencyRef` comes",
        "So it is at Intuit.",
    ),
    Row(
        "version",
        _version,
        "`SyncToken`",
        "how many seconds after its creation an object was changed last",
        "how often it was changed, payments of an invoice among the changes",
        "It is the books' own version; its only use is to be sent back.",
    ),
    Row(
        "ship method",
        _method,
        "Capitals of `shipMethod`",
        "those of the method on the list, where one has the name",
        "those that were sent",
        "Intuit keeps no list of them.",
    ),
    Row(
        "words",
        _words,
        "`message`, `Detail`, `element` and `action` of what the books refuse",
        "ours",
        "Intuit's own; the codes are the same",
        "Nobody else knows what Intuit found wrong.",
    ),
)


@dataclass
class Comparison:
    """The answers to several requests, whose ids belong together: what has one id here has one id there."""

    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def add(self, asked: str, embedded: Mapping[str, Any], online: Mapping[str, Any], space: str) -> None:
        """Compare two answers, each a mapping; `space` is what ids count in."""
        for unlike in _unlike(_renamed(embedded, self.ids, space), online, "", {}):
            if self._is_id(unlike, space) or self._is_same_text(unlike, space):
                continue
            row = next((row for row in ROWS if row.shows(unlike)), None)
            if row is None:
                self.wrong.append(f"{asked}: {unlike.text}")
            else:
                self.shown.add(row.name)

    def _is_id(self, unlike: Unlike, space: str) -> bool:
        """Whether both are ids, of which neither has belonged to another one before."""
        if not (IDS.search(unlike.place) and isinstance(unlike.embedded, str) and isinstance(unlike.online, str)):
            return False
        if LINE_ID.search(unlike.place):
            return True
        there = self.ids.setdefault((space, unlike.embedded), unlike.online)
        owners = [id for (where, id), known in self.ids.items() if where == space and known == there]
        return there == unlike.online and owners == [unlike.embedded]

    def _is_same_text(self, unlike: Unlike, space: str) -> bool:
        """Whether both texts say the same of the same objects."""
        if not TEXTS.search(unlike.place) or not isinstance(unlike.embedded, str):
            return False
        said = NUMBER.sub(lambda found: self.ids.get((space, found[0]), found[0]), unlike.embedded)
        return bool(said == unlike.online)


def _renamed(answer: Mapping[str, Any], ids: Mapping[tuple[str, str], str], space: str) -> Mapping[str, Any]:
    """An answer whose found objects bear the ids that they have on the other side, as far as those are known."""
    found = answer.get("body", {}).get("data")
    if not isinstance(found, list):
        return answer
    data = [{**each, "Id": ids.get((space, each["Id"]), each["Id"])} for each in found]
    return {**answer, "body": {**answer["body"], "data": data}}


def _unlike(one: Any, two: Any, place: str, within: Mapping[str, Any]) -> Iterator[Unlike]:
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        if list(one) != list(two):
            yield Unlike(f"{place}/keys", list(one), list(two), within)
            return
        for key in one:
            yield from _unlike(one[key], two[key], f"{place}/{key}", one)
    elif isinstance(one, list) and isinstance(two, list):
        yield from _unlike_lists(one, two, place, within)
    elif one != two:
        yield Unlike(place, one, two, within)


def _unlike_lists(one: list[Any], two: list[Any], place: str, within: Mapping[str, Any]) -> Iterator[Unlike]:
    """Objects that a query finds belong together by their ids, everything else by its place."""
    if place != "/body/data":
        if len(one) != len(two):
            yield Unlike(f"{place}/length", len(one), len(two), within)
        for number, (each, other) in enumerate(zip(one, two, strict=False)):
            yield from _unlike(each, other, f"{place}[{number}]", within)
        return
    here, there = ({each["Id"]: each for each in things} for things in (one, two))
    for id in dict.fromkeys([*here, *there]):
        yield from _unlike(here.get(id, NOTHING), there.get(id, NOTHING), f"{place}[{id}]", within)


HEAD: Final = """# SnapBooks' API on embedded books and on QuickBooks Online: where answers differ

Every request of SnapBooks' documentation, and many more, go to the same company on both sides
(`tests/acceptance/snapbooks_online/`), and the answers are compared key for key. What is the same object has the same
ids everywhere in them, its own on either side; on online books they are Intuit's. All other differences are these, and
a test that shows another one fails, as does one that no longer shows one of them. Queries without `ORDERBY` answer in
the order of the books: embedded ones by kind and name, Online by id.

"""


def page() -> str:
    """The page for readers."""
    lines = ["| subject | embedded books | online books | why |", "|---|---|---|---|"]
    lines += [f"| {row.subject} | {row.embedded} | {row.online} | {row.reason} |" for row in ROWS]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
