"""What Intuit's clients send → commands: the emulator's side.

A request is read row by row, and everything that is wrong with it is told at once. Keys that Intuit has and the model
has not are no mistakes: `aside_of` finds them, so that they can be kept beside the object and told again.
"""

from collections.abc import Iterator
from typing import Any, Final

from msgspec import structs

from counterfoil.core.money import ZERO, rounded
from counterfoil.core.problems import Problem
from counterfoil.model.catalogue import CATALOGUE, resource_of
from counterfoil.model.command import Create, LineChange, Update
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.purchases import Purchase
from counterfoil.model.sales import Sale
from counterfoil.model.shape import Resource, fields_of
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.changes import built, joined
from counterfoil.wire.qbo.checks import checked, missing
from counterfoil.wire.qbo.faults import Faulted, IntuitFault
from counterfoil.wire.qbo.maps.lines_heard import heard_lines
from counterfoil.wire.qbo.maps.parts import COMMON, TOLD
from counterfoil.wire.qbo.maps.purchase_lines import fresh_lines, line_changes
from counterfoil.wire.qbo.read import UNREADABLE, read, said
from counterfoil.wire.qbo.table import Entity, Json, Known, Row, line_number, revision_of, sync_token
from counterfoil.wire.qbo.write import entity_object

KEPT_WHEN_SILENT: Final = frozenset({"sales_tax_item", "customer_message", "is_void"})
"""Fields that a whole update does not clear: Intuit finds them again by itself, or the request cannot say them."""

NEW: Final = "-1"
PARTS_OF_NAMES: Final = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
DEFAULT_ITEM: Final = "1"
"""The item of a line that names none, in Intuit's companies."""

ON_LINES: Final = (
    "item",
    "description",
    "quantity",
    "rate",
    "amount",
    "class_",
    "service_date",
    "sales_tax_code",
)
"""What a line of Intuit's says; what one that is sent leaves out is cleared."""

Wrong = Problem | IntuitFault


def create_of(entity: Entity, given: Json, known: Known) -> Create:
    """The command that a request without an Id is. Raises Faulted with everything that is wrong."""
    given = _filled(entity, given)
    problems = [*_unknown(entity, given), *missing(entity, given), *checked(entity, given, known)]
    values = _wanted(entity, given, given, known, problems, creating=True)
    _refuse(problems)
    resource = entity.resource_of(given, known)
    draft = built(CATALOGUE[resource].model, values)
    if isinstance(draft, Sale):
        draft = structs.replace(draft, lines=_fresh_lines(draft, given, known))
    elif isinstance(draft, Purchase):
        draft = structs.replace(draft, lines=fresh_lines(draft.lines))
    return Create(resource=resource, draft=draft)


def update_of(entity: Entity, given: Json, current: Resource, known: Known, *, sparse: bool) -> Update:
    """The command that a request with an Id is, for `current`, the object of that id.

    A whole update clears the writable fields that it leaves out, a sparse one keeps them. Lines are all or none either
    way; within a line everything that it leaves out is cleared. Raises Faulted with everything that is wrong.
    """
    resource = resource_of(current)
    stored = entity_object(entity, current, known)
    whole = {**stored, **given} if sparse else _filled(entity, given)
    problems: list[Wrong] = [*_unknown(entity, given)]
    if not said(given, "SyncToken"):
        problems.append(Problem("required", ("SyncToken",)))
    if not sparse:
        problems += missing(entity, whole)
    problems += checked(entity, whole if sparse else given, known)
    changes = {} if sparse else _cleared(entity, whole, current)
    changes |= _wanted(entity, given if sparse else whole, whole, known, problems, creating=False)
    changes = {name: value for name, value in changes.items() if name in fields_of(resource.model)}
    if sparse:
        changes = {**_emptied(entity, given, current), **changes}
    _refuse(problems)
    if isinstance(current, Sale) and "lines" in changes:
        changes["lines"] = _line_changes(current, whole, known)
    elif isinstance(current, Purchase) and "lines" in changes:
        changes["lines"] = line_changes(current, changes["lines"])
    return Update(
        resource=resource.name, id=current.id, revision=_revision(str(given["SyncToken"]), current), changes=changes
    )


def aside_of(entity: Entity, given: Json) -> Json:
    """What a request says and the model does not hold: Intuit's own keys, to be kept beside and told again."""
    return {key: value for key, value in given.items() if key in entity.extra and value is not None}


def _refuse(problems: list[Wrong]) -> None:
    if problems:
        raise Faulted(*problems)


def _revision(token: str, current: Resource) -> str:
    """The revision that a client read: of books that name versions by moments, so long after the creation."""
    counts = current.revision.isdecimal() and int(current.revision) >= current.created_at > 0
    if not counts or not token.isdecimal():
        return token
    return current.revision if token == sync_token(current) else revision_of(token, current.created_at)


def _filled(entity: Entity, given: Json) -> Json:
    """A request with what Intuit makes up itself: the name of somebody of whom only parts of it are said."""
    if entity.name not in ("Customer", "Vendor", "Employee") or said(given, "DisplayName"):
        return given
    parts = [
        str(given[key]) for key in ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix") if said(given, key)
    ]
    return {**given, "DisplayName": " ".join(parts)} if parts else given


def _unknown(entity: Entity, given: Json) -> Iterator[Wrong]:
    keys = {row.key for row in entity.rows} | entity.extra | COMMON | TOLD
    for key in given:
        if key not in keys and not key.startswith("Home"):
            yield Problem("unknown_field", (key,), {"name": key, "hint": ""})


def _wanted(
    entity: Entity, given: Json, whole: Json, known: Known, problems: list[Wrong], *, creating: bool
) -> dict[str, Any]:
    """The fields that a request's keys fill; `whole` is the object that they would make."""
    values: dict[str, Any] = {}
    for row in entity.rows:
        if row.use == "own" or (row.use == "once" and not creating) or not said(given, row.key):
            continue
        problem = _too_long(row, given[row.key])
        if problem is not None:
            problems.append(problem)
            continue
        try:
            joined(values, read(row, row.wanted or row.heard, whole, known))
        except UNREADABLE:
            if not any(_is_within(row.key, problem) for problem in problems):
                problems.append(_wrong(row, given[row.key]))
    return values


def _is_within(key: str, problem: Wrong) -> bool:
    """Whether something within a key has been told to be wrong."""
    if isinstance(problem, IntuitFault):
        return problem.element.startswith(f"{key}[")
    return problem.place[:1] == (key,)


def _too_long(row: Row, value: Any) -> Problem | None:
    if row.most and isinstance(value, str) and len(value) > row.most:
        return Problem("too_long", (row.key,), {"limit": row.most, "length": len(value)})
    return None


def _wrong(row: Row, value: Any) -> Problem:
    expected = row.form.expected if row.form is not None else "an object"
    if expected.startswith("one of"):
        return Problem("not_a_choice", (row.key,), {"value": value, "choices": expected.removeprefix("one of ")})
    return Problem("wrong_type", (row.key,), {"expected": expected, "received": _shown(value)})


def _shown(value: Any) -> str:
    return type(value).__name__ if isinstance(value, dict | list) else str(value)[:40]


def _cleared(entity: Entity, given: Json, current: Resource) -> dict[str, Any]:
    """What the keys that a whole update leaves out had said."""
    values: dict[str, Any] = {}
    for row in entity.rows:
        if row.use == "free" and row.is_asked and not said(given, row.key):
            values |= _defaults(row, current)
    return values


def _emptied(entity: Entity, given: Json, current: Resource) -> dict[str, Any]:
    """What a sparse update sends as an empty text is cleared."""
    values: dict[str, Any] = {}
    for row in entity.rows:
        if row.use == "free" and row.is_asked and given.get(row.key) == "":
            values |= _defaults(row, current)
    return values


def _defaults(row: Row, current: Resource) -> dict[str, Any]:
    defaults = {each.name: each.default for each in structs.fields(type(current))}
    names = (name for name in row.behind if name in defaults and name not in KEPT_WHEN_SILENT)
    return {name: defaults[name] for name in names}


def _fresh_lines(sale: Sale, given: Json, known: Known) -> tuple[SalesLine | SalesLineGroup, ...]:
    return tuple(structs.replace(_settled(line, sale.lines, given, known), id="") for line in sale.lines)


def _settled(
    line: SalesLine | SalesLineGroup, lines: tuple[SalesLine | SalesLineGroup, ...], given: Json, known: Known
) -> SalesLine | SalesLineGroup:
    """A line with what Intuit makes of what clients leave open.

    No description is an empty one, not the item's. Quantities and prices of nil beside an amount are clients' way of
    saying nothing. A discount of so many percent is taken of everything that is sold.
    """
    if isinstance(line, SalesLineGroup):
        return structs.replace(line, lines=(), total_amount=None)
    if line.item is not None and known.is_discount(line.item):
        return _discount(line, lines, given, known)
    if line.item is None and line.amount is None:
        return line
    nothing = bool(line.amount) and not line.quantity and not line.rate
    return structs.replace(
        line,
        item=line.item or Ref(known.id("items", DEFAULT_ITEM)),
        description=line.description or "",
        quantity=None if nothing else line.quantity,
        rate=None if nothing else line.rate,
    )


def _discount(line: SalesLine, lines: tuple[SalesLine | SalesLineGroup, ...], given: Json, known: Known) -> SalesLine:
    amount = line.amount
    if line.rate_percent is not None:
        sold = (each for each in lines if isinstance(each, SalesLine) and not _is_after(each, known))
        amount = ZERO - rounded(sum((each.amount or ZERO for each in sold), ZERO) * line.rate_percent / 100)
    code = line.sales_tax_code
    if code is None and not known.is_canadian and known.preferences.sales_tax is not None:
        before_tax = given.get("ApplyTaxAfterDiscount") in (True, "true")
        tax = known.preferences.sales_tax
        code = tax.default_taxable_sales_tax_code if before_tax else tax.default_non_taxable_sales_tax_code
    return structs.replace(line, amount=amount, rate_percent=None, sales_tax_code=code)


def _is_after(line: SalesLine, known: Known) -> bool:
    return known.is_discount(line.item) or known.is_shipping(line.item)


def _line_changes(current: Sale, given: Json, known: Known) -> tuple[LineChange, ...]:
    """All lines as they are to be. Those that stay come in the order in which they stood; Intuit does not mind."""
    numbers = {line_number(current.id, line.id, place): line for place, line in enumerate(current.lines, 1)}
    places = {line.id: place for place, line in enumerate(current.lines)}
    sale = built(type(current), heard_lines(given, known))
    settled = [(line.id, _settled(line, sale.lines, given, known)) for line in sale.lines]
    changes = [_line_change(numbers.get(number), line) for number, line in settled]
    staying = iter(sorted((each for each in changes if each.id != NEW), key=lambda each: places[each.id]))
    return tuple(each if each.id == NEW else next(staying) for each in changes)


def _line_change(stored: SalesLine | SalesLineGroup | None, line: SalesLine | SalesLineGroup) -> LineChange:
    if isinstance(line, SalesLineGroup):
        return _group_change(stored, line)
    changes = {name: getattr(line, name) for name in ON_LINES}
    if isinstance(stored, SalesLine):
        return LineChange(id=stored.id, changes=changes)
    return LineChange(id=NEW, changes={name: value for name, value in changes.items() if value is not None})


def _group_change(stored: SalesLine | SalesLineGroup | None, group: SalesLineGroup) -> LineChange:
    """A group that stays keeps its lines, unless it is another one, or another number of it, now."""
    changes = {"item_group": group.item_group, "quantity": group.quantity, "description": group.description}
    given = {name: value for name, value in changes.items() if value is not None}
    identifier = stored.id if isinstance(stored, SalesLineGroup) else NEW
    return LineChange(id=identifier, changes=given, is_group=True)
