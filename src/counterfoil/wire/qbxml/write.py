"""Commands and queries → request documents: what a client of QuickBooks Desktop sends.

Attributes of the message set and `defMacro` are passed through as given; texts that QuickBooks could not keep are
respelled, refused or shortened by what it cannot, as the policy says.
"""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct, structs

from counterfoil.core.dates import FIRST_MOMENT, LAST_MOMENT
from counterfoil.core.errors import Broken, Invalid
from counterfoil.core.problems import Problem, named
from counterfoil.model.activities import TimeActivity
from counterfoil.model.command import Command, Create, Delete, LineChange, Update, Void
from counterfoil.model.lines import SalesLineGroup
from counterfoil.model.purchases import Purchase
from counterfoil.model.query import Read, Select, SelectDeleted
from counterfoil.model.shape import Resource
from counterfoil.wire.qbxml.asking import question_of
from counterfoil.wire.qbxml.characters import DEFAULT_POLICY, TextPolicy, storable_tree
from counterfoil.wire.qbxml.elements import Writing, change_elements, object_elements
from counterfoil.wire.qbxml.maps.activities import TIME_ACTIVITIES, says_who_and_how_long, with_who_and_how_long
from counterfoil.wire.qbxml.maps.company import HOST
from counterfoil.wire.qbxml.maps.purchases import with_kinds
from counterfoil.wire.qbxml.maps.queries import LIST_DELETED_QUERY, TXN_DELETED_QUERY, Question, Span
from counterfoil.wire.qbxml.messages import BY_RESOURCE, TABLES_OF, table_of
from counterfoil.wire.qbxml.paging import Iterator
from counterfoil.wire.qbxml.questions import View
from counterfoil.wire.qbxml.table import DEFAULT_VERSION, Map, Verb, Version, version_of
from counterfoil.wire.qbxml.tree import Node, leaf, serialize

Asking = Command | Select | Read | SelectDeleted

NEW_LINE: Final = "-1"
LONGEST_SET_ID: Final = 24

_EXTERNAL_ID = "external_id"

_GIVEN_BY_BOOKS: Final = frozenset({"id", "created_at", "updated_at", "revision", "number", "full_name"})


class Written(Struct, frozen=True):
    """A request, and the places of the model (`lines[0].description`) whose texts QuickBooks gets otherwise spelled."""

    node: Node
    changed: tuple[str, ...] = ()


def written(
    asked: Asking,
    *,
    version: str = DEFAULT_VERSION,
    request_id: str | None = None,
    view: View | None = None,
    iterator: Iterator | None = None,
    def_macro: str | None = None,
    text_policy: TextPolicy = DEFAULT_POLICY,
    own_guid: str | None = None,
    table: Map | None = None,
) -> Written:
    """The request that asks for `asked`, and what of it was respelled.

    A question after a resource of several kinds is put to one of them: to `table`, else to the first of
    `tables_asked`. `own_guid` (`guids.own_guid`) becomes the external id of what is made, where the caller gives none
    and the message has a place for it. Raises Invalid, with places of the model, for what qbXML cannot say.
    """
    attributes = {} if request_id is None else {"requestID": request_id}
    if isinstance(asked, Void | Delete):
        return Written(_removal(asked, attributes))
    number = version_of(version)
    if isinstance(asked, Create | Update):
        verb: Verb = "a" if isinstance(asked, Create) else "m"
        writing = Writing(verb, number, texts=text_policy)
        node = _change(_marked_as_own(asked, own_guid, number), attributes, view, def_macro, writing)
    else:
        writing = Writing("a", number, texts=text_policy, sought=True)
        node = _query(asked, attributes | _iterated(iterator), view, writing, table)
    if writing.problems:
        raise Invalid(*writing.problems)
    return Written(node, tuple(named(place) for place in writing.changed))


def request_node(
    asked: Asking,
    *,
    version: str = DEFAULT_VERSION,
    request_id: str | None = None,
    view: View | None = None,
    iterator: Iterator | None = None,
    def_macro: str | None = None,
    text_policy: TextPolicy = DEFAULT_POLICY,
    own_guid: str | None = None,
    table: Map | None = None,
) -> Node:
    """The request alone, for those who need not know what was respelled."""
    return written(
        asked,
        version=version,
        request_id=request_id,
        view=view,
        iterator=iterator,
        def_macro=def_macro,
        text_policy=text_policy,
        own_guid=own_guid,
        table=table,
    ).node


def request_root(
    requests: Sequence[Node],
    *,
    on_error: str = "stopOnError",
    new_message_set_id: str | None = None,
    old_message_set_id: str | None = None,
) -> Node:
    """All requests as one message set."""
    attributes = {"onError": on_error}
    for name, value in (("newMessageSetID", new_message_set_id), ("oldMessageSetID", old_message_set_id)):
        if value is not None:
            if len(value) > LONGEST_SET_ID:
                raise Broken(f"{name} has more than {LONGEST_SET_ID} characters")
            attributes[name] = value
    return Node("QBXML", {}, "", (Node("QBXMLMsgsRq", attributes, "", tuple(requests)),))


def request_document(root: Node, *, version: str = DEFAULT_VERSION) -> bytes:
    """The bytes to hand out, in the characters that QuickBooks keeps."""
    return serialize(storable_tree(root), version)


def with_message_set(root: Node, *, new_id: str | None, old_id: str | None) -> Node:
    """A document that somebody else wrote, with the message-set attributes and nothing else changed."""
    children = tuple(
        _marked(child, new_id, old_id) if child.name == "QBXMLMsgsRq" else child for child in root.children
    )
    return Node(root.name, root.attributes, root.text, children)


def _marked(messages: Node, new_id: str | None, old_id: str | None) -> Node:
    given = {"newMessageSetID": new_id, "oldMessageSetID": old_id}
    own = {name: value for name, value in messages.attributes.items() if name not in given}
    attributes = own | {name: value for name, value in given.items() if value is not None}
    return Node(messages.name, attributes, messages.text, messages.children)


def unspoken(command: Create | Update) -> tuple[str, ...]:
    """The fields of a command that qbXML has no element for, as a tax override: they would be lost."""
    table = _table_of(command)
    verb: Verb = "a" if isinstance(command, Create) else "m"
    spoken = {row.field for row in table.part.rows if row.serves(verb)} | _GIVEN_BY_BOOKS
    if isinstance(command, Update):
        given = dict(command.changes)
    else:
        empty = type(command.draft)()
        values = {name: getattr(command.draft, name) for name in command.draft.__struct_fields__}
        given = {name: value for name, value in values.items() if value != getattr(empty, name)}
    return tuple(name for name in table.outward(given, verb) if name not in spoken)


def _table_of(asked: Create | Update) -> Map:
    return table_of(asked.draft) if isinstance(asked, Create) else BY_RESOURCE[asked.resource]


def needs_current(command: Command) -> bool:
    """Whether a command can only be written by who knows the object as it is.

    Of a resource of several kinds each has messages of its own. In an update lines that stay have to be named, lines
    that change to be told apart where qbXML has two kinds of them, and of time always who worked it and how long.
    """
    if isinstance(command, Create):
        return False
    if len(TABLES_OF[command.resource]) > 1:
        return True
    if not isinstance(command, Update):
        return False
    if command.resource == TIME_ACTIVITIES.resource:
        return not says_who_and_how_long(command.changes)
    lines: Sequence[LineChange] | None = command.changes.get("lines")
    if lines is None:
        return False
    return command.kept_lines != "none" or "lines" in BY_RESOURCE[command.resource].stands


def with_what_stays(command: Command, current: Resource) -> Command:
    """A command that `needs_current`, with all that QuickBooks must be told of the object beside what is asked.

    Raises Invalid for a change of what QuickBooks cannot change, as a bill's payment by card.
    """
    table = table_of(current)
    if isinstance(command, Void | Delete):
        return structs.replace(command, kind=table.only[1]) if table.only is not None else command
    if not isinstance(command, Update):
        return command
    _check_changeable(table)
    if isinstance(current, TimeActivity):
        return structs.replace(command, changes=with_who_and_how_long(command.changes, current))
    return with_kept_lines(command, current)


def _check_changeable(table: Map) -> None:
    if "M" not in table.verbs:
        raise _no_message(f"{table.name}Mod")


def _no_message(name: str) -> Invalid:
    return Invalid(Problem("not_served", (), {"detail": f"QuickBooks Desktop has no `{name}`"}))


def with_kept_lines(update: Update, current: Resource) -> Update:
    """An update that names every line that stays: QuickBooks keeps no other.

    What is kept stands where the books have it, among the named lines in the order of the update, right or wrong.
    """
    changes: Sequence[LineChange] | None = update.changes.get("lines")
    if changes is None:
        return update
    if isinstance(current, Purchase):
        lines = with_kinds(changes, current, update.kept_lines)
        return structs.replace(update, changes={**update.changes, "lines": lines}, kept_lines="none")
    if update.kept_lines == "none":
        return update
    stored = {line.id: isinstance(line, SalesLineGroup) for line in getattr(current, "lines", ())}
    kept_groups = update.kept_lines == "groups"
    kept = [LineChange(id=one, changes={}, is_group=group) for one, group in stored.items() if group is kept_groups]
    ranks = {identifier: rank for rank, identifier in enumerate(stored)}
    named: list[LineChange] = []
    for change in changes:
        while kept and ranks[kept[0].id] < ranks.get(change.id, 0):
            named.append(kept.pop(0))
        named.append(change)
    return structs.replace(update, changes={**update.changes, "lines": (*named, *kept)}, kept_lines="none")


def _marked_as_own(asked: Create | Update, own_guid: str | None, version: Version) -> Create | Update:
    """A draft without an external id gets ours, where the message has one at this version."""
    if own_guid is None or not isinstance(asked, Create) or getattr(asked.draft, _EXTERNAL_ID, None) is not None:
        return asked
    rows = BY_RESOURCE[asked.resource].part.rows
    if not any(row.field == _EXTERNAL_ID and row.serves("a") and row.since <= version for row in rows):
        return asked
    return structs.replace(asked, draft=structs.replace(asked.draft, **{_EXTERNAL_ID: own_guid.strip("{}")}))


def _iterated(iterator: Iterator | None) -> dict[str, str]:
    if iterator is None:
        return {}
    return {"iterator": iterator.action} | ({} if iterator.id is None else {"iteratorID": iterator.id})


def _change(
    asked: Create | Update,
    attributes: dict[str, str],
    view: View | None,
    def_macro: str | None,
    writing: Writing,
) -> Node:
    table = _table_of(asked)
    name = f"{table.name}{'Add' if writing.verb == 'a' else 'Mod'}"
    if writing.verb.upper() not in table.verbs:
        raise _no_message(name)
    if isinstance(asked, Create):
        elements = object_elements(table.part, table.spoken(asked.draft, "a"), writing)
    elif asked.kept_lines != "none" and "lines" in asked.changes:
        raise Broken("an update that keeps lines without naming them: with_kept_lines comes first")
    else:
        changes: dict[str, Any] = {"id": asked.id, "revision": asked.revision, **asked.changes}
        elements = change_elements(table.part, table.outward(changes, "m"), writing)
    own = {} if def_macro is None or writing.verb != "a" else {"defMacro": def_macro}
    shown = tuple(leaf("IncludeRetElement", tag) for tag in view.elements) if view is not None else ()
    return Node(f"{name}Rq", attributes, "", (Node(name, own, "", elements), *shown))


def _removal(asked: Void | Delete, attributes: dict[str, str]) -> Node:
    tables = TABLES_OF[asked.resource]
    table = next((each for each in tables if each.only is not None and each.only[1] == asked.kind), tables[0])
    stem = "Txn" if table.key == "TxnID" else "List"
    letter, action = ("V", "Void") if isinstance(asked, Void) else ("D", "Del")
    if letter not in table.verbs:
        detail = f"QuickBooks Desktop cannot {'void' if letter == 'V' else 'delete'} a `{table.name}`"
        raise Invalid(Problem("not_served", (), {"detail": detail}))
    name = f"{stem}{action}"
    return Node(f"{name}Rq", attributes, "", (leaf(f"{name}Type", table.name), leaf(table.key, asked.id)))


def _query(asked: Asking, attributes: dict[str, str], view: View | None, writing: Writing, table: Map | None) -> Node:
    if isinstance(asked, SelectDeleted):
        return _deleted(asked, attributes, writing)
    if not isinstance(asked, Select | Read):
        raise Broken(f"no such command: {type(asked).__name__}")
    table = table or tables_asked(asked)[0]
    elements = object_elements(table.query, _question(asked, table, view or View()), writing)
    return Node(f"{table.name}QueryRq", attributes, "", elements)


def tables_asked(asked: Select | Read) -> tuple[Map, ...]:
    """The tables that a question is to be put to: of several the one that a condition names, else all."""
    filters = asked.filters if isinstance(asked, Select) else ()
    wanted = [(each.field, each.value) for each in filters]
    tables = TABLES_OF[asked.resource]
    return tuple(each for each in tables if each.only in wanted) or tables


def _question(asked: Select | Read, table: Map, view: View) -> Question:
    if isinstance(asked, Select):
        return question_of(asked, view, table)
    ids = (asked.id,) if asked.id and asked.resource != HOST else ()
    select = Select(resource=asked.resource, ids=ids, with_links=asked.with_links)
    return question_of(select, view, table)


def _deleted(asked: SelectDeleted, attributes: dict[str, str], writing: Writing) -> Node:
    tables = [table for resource in asked.resources for table in TABLES_OF[resource]]
    txns = bool(tables) and tables[0].key == "TxnID"
    names = tuple(table.name for table in tables)
    span = Span(
        since=None if asked.since == FIRST_MOMENT else asked.since,
        until=None if asked.until == LAST_MOMENT else asked.until,
    )
    deleted = None if span == Span() else span
    if txns:
        question, part = Question(txn_types=names, deleted=deleted), TXN_DELETED_QUERY
    else:
        question, part = Question(list_types=names, deleted=deleted), LIST_DELETED_QUERY
    name = "TxnDeletedQueryRq" if txns else "ListDeletedQueryRq"
    return Node(name, attributes, "", object_elements(part, question, writing))
