"""Intuit's query language, read into a value: it looks like SQL, and nothing of it is ever executed.

    SELECT * | COUNT(*) | property, …   FROM entity   [WHERE condition AND …]
    [ORDERBY property [ASC | DESC], …]   [STARTPOSITION number]   [MAXRESULTS number]

A condition compares a property with `=`, `!=`, `<`, `>`, `<=`, `>=` or `LIKE` (`%` stands for anything), or asks with
`IN (…)` for one of several values. There is no OR, no NOT and no parenthesis but that of IN. Capitals do not matter,
`ORDER BY` is `ORDERBY`, and within a text `\\'` is a quotation mark.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeVar

LARGEST_PAGE: Final = 1000
USUAL_PAGE: Final = 100
LONGEST_QUERY: Final = 20_000
MOST_CONDITIONS: Final = 50
MOST_VALUES: Final = 1000
MOST_PROPERTIES: Final = 100

PARSER: Final = "4000"
VALIDATION: Final = "4001"

Literal = str | Decimal | bool
T = TypeVar("T")


class QueryFault(Exception):
    """A query that is none: Intuit's code, what is wrong, and where (counted from 1; 0 where no place is to blame)."""

    def __init__(self, code: str, detail: str, position: int = 0) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.position = position


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison; `values` has one member unless the operator is `IN`."""

    property: str
    operator: str
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Order:
    property: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for. No `properties` mean all; `start` counts from 1."""

    entity: str
    properties: tuple[str, ...] = ()
    counts: bool = False
    where: tuple[Condition, ...] = ()
    orders: tuple[Order, ...] = ()
    start: int = 1
    limit: int = USUAL_PAGE


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    position: int


_TOKENS: Final = re.compile(
    r"""\s*(?:
        (?P<text>'(?:[^'\\]|\\.)*')
      | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?![\w.]))
      | (?P<word>[A-Za-z_][\w.]*)
      | (?P<sign><=|>=|!=|<>|[=<>(),*;])
      | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_COMPARISONS: Final = frozenset({"=", "!=", "<>", "<", ">", "<=", ">="})
_CLAUSES: Final = frozenset({"where", "orderby", "order", "startposition", "maxresults"})


def parse(text: str) -> Query:
    """The query that a text is. Raises QueryFault."""
    if len(text) > LONGEST_QUERY:
        raise QueryFault(VALIDATION, f"the query has more than {LONGEST_QUERY} characters")
    return _Parser(_tokens(text)).query()


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    position = 0
    while True:
        match = _TOKENS.match(text, position)
        if match is None:
            rest = text[position:]
            start = position + len(rest) - len(rest.lstrip())
            raise QueryFault(PARSER, f"unexpected {_shown(text[start : start + 12])}", start + 1)
        kind = match.lastgroup or "end"
        found.append(Token(kind, match.group(kind), match.start(kind) + 1))
        if kind == "end":
            return found
        position = match.end()


def _shown(text: str) -> str:
    return f'"{text}"' if text else "end of the query"


class _Parser:
    """One token after the other; each method reads one part of the language."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.place = 0

    def query(self) -> Query:
        self._keyword("select")
        counts, properties = self._selection()
        self._keyword("from")
        entity = self._word("the name of an entity").text
        where = self._conditions() if self._taken("where") else ()
        orders = self._orders() if self._ordering() else ()
        start, limit = self._window()
        self._sign_taken(";")
        if self._next.kind != "end":
            raise self._unexpected("the end of the query")
        return Query(entity, properties, counts, where, orders, start, limit)

    def _selection(self) -> tuple[bool, tuple[str, ...]]:
        """What is asked of each object; `*` beside names means all of it."""
        if self._next.text.casefold() == "count" and self.tokens[self.place + 1].text == "(":
            self._take()
            for sign in "(*)":
                self._sign(sign)
            return True, ()
        names: list[str] = []
        everything = False
        while True:
            if self._sign_taken("*"):
                everything = True
            else:
                names.append(self._word("`*` or the name of a property").text)
            if not self._sign_taken(","):
                return False, () if everything else self._few(names, MOST_PROPERTIES, "properties")

    def _conditions(self) -> tuple[Condition, ...]:
        found = [self._condition()]
        while self._taken("and"):
            found.append(self._condition())
            self._few(found, MOST_CONDITIONS, "conditions")
        if self._next.text.casefold() == "or":
            raise QueryFault(PARSER, "OR is not part of the language; use IN, or several queries", self._next.position)
        return tuple(found)

    def _condition(self) -> Condition:
        name = self._word("the name of a property").text
        token = self._take()
        operator = token.text.casefold()
        if operator == "in":
            return Condition(name, "in", self._values())
        if operator == "like":
            return Condition(name, "like", (self._value(),))
        if operator not in _COMPARISONS:
            self.place -= 1
            raise self._unexpected("one of =, !=, <, >, <=, >=, LIKE or IN")
        return Condition(name, "!=" if operator == "<>" else operator, (self._value(),))

    def _values(self) -> tuple[Literal, ...]:
        self._sign("(")
        found = [self._value()]
        while self._sign_taken(","):
            found.append(self._value())
            self._few(found, MOST_VALUES, "values")
        self._sign(")")
        return tuple(found)

    def _value(self) -> Literal:
        token = self._take()
        if token.kind == "text":
            return re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL)
        if token.kind == "number":
            return Decimal(token.text)
        if token.text.casefold() in ("true", "false"):
            return token.text.casefold() == "true"
        self.place -= 1
        raise self._unexpected("a text in single quotation marks, a number, true or false")

    def _ordering(self) -> bool:
        if self._taken("orderby"):
            return True
        if self._taken("order"):
            self._keyword("by")
            return True
        return False

    def _orders(self) -> tuple[Order, ...]:
        found: list[Order] = []
        while True:
            name = self._word("the name of a property").text
            descending = self._taken("desc")
            if not descending:
                self._taken("asc")
            found.append(Order(name, descending))
            if not self._sign_taken(","):
                return self._few(found, MOST_CONDITIONS, "properties to order by")

    def _window(self) -> tuple[int, int]:
        start, limit = 1, USUAL_PAGE
        while self._next.text.casefold() in ("startposition", "maxresults"):
            name = self._take().text.casefold()
            number = self._whole(name)
            if name == "startposition":
                start = number
            else:
                limit = min(number, LARGEST_PAGE)
        return start, limit

    def _whole(self, name: str) -> int:
        token = self._take()
        if token.kind != "number" or not token.text.lstrip("-").isdigit() or len(token.text) > 12:
            self.place -= 1
            raise self._unexpected("a whole number")
        number = int(token.text)
        if number < 1:
            detail = f"{name.upper()}: value {number} is too small. Min allowed value is 1"
            raise QueryFault(VALIDATION, detail, token.position)
        return number

    @property
    def _next(self) -> Token:
        return self.tokens[self.place]

    def _take(self) -> Token:
        token = self._next
        if token.kind == "end":
            raise QueryFault(PARSER, "the query ends too early", token.position)
        self.place += 1
        return token

    def _word(self, what: str) -> Token:
        token = self._next
        if token.kind != "word" or token.text.casefold() in _CLAUSES:
            raise self._unexpected(what)
        return self._take()

    def _keyword(self, word: str) -> None:
        if not self._taken(word):
            raise self._unexpected(word.upper())

    def _taken(self, word: str) -> bool:
        if self._next.kind != "word" or self._next.text.casefold() != word:
            return False
        self.place += 1
        return True

    def _sign(self, sign: str) -> None:
        if not self._sign_taken(sign):
            raise self._unexpected(f"`{sign}`")

    def _sign_taken(self, sign: str) -> bool:
        if self._next.kind != "sign" or self._next.text != sign:
            return False
        self.place += 1
        return True

    def _unexpected(self, wanted: str) -> QueryFault:
        token = self._next
        return QueryFault(PARSER, f"unexpected {_shown(token.text[:40])}, expected {wanted}", token.position)

    def _few(self, found: list[T], most: int, what: str) -> tuple[T, ...]:
        if len(found) > most:
            raise QueryFault(VALIDATION, f"more than {most} {what}", self._next.position)
        return tuple(found)
