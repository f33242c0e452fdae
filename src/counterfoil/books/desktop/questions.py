"""The requests of a document that asks one thing: QuickBooks sometimes has to be asked several.

An id does not say which kind of a resource it is of (a bill's payment by check or by card): every kind is asked. A list
of several kinds goes through one after another, and each page counts what the later ones have. Of time it is asked
beside it who is an employee (`workers`).
"""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct, structs

from counterfoil.books.desktop.workers import who_works
from counterfoil.model.query import Read, Select
from counterfoil.wire.qbxml.characters import DEFAULT_POLICY, TextPolicy
from counterfoil.wire.qbxml.paging import Iterator
from counterfoil.wire.qbxml.questions import View
from counterfoil.wire.qbxml.table import Map
from counterfoil.wire.qbxml.tree import Node
from counterfoil.wire.qbxml.write import Asking, Written, request_root, tables_asked, written
from counterfoil.wire.qbxml.zones import Zone, outward

BARE: Final = View(elements=("ListID",))
COUNTED: Final = "MetaDataOnly"


class Question(Struct, frozen=True, kw_only=True):
    """One request of a document, put to one `table` where it is a query. Of what is only counted QuickBooks tells no
    more than how much there is."""

    asked: Asking
    table: Map | None = None
    view: View | None = None
    iterator: Iterator | None = None
    is_counted: bool = False


def questions_of(
    asked: Asking, view: View | None, *, tables: Sequence[Map] = (), iterator: Iterator | None = None
) -> tuple[Question, ...]:
    """All that is to be asked for one thing: of `tables`, unless of every kind that it has."""
    workers = who_works(asked)
    beside = () if workers is None else (Question(asked=workers, view=BARE),)
    if not isinstance(asked, Read | Select):
        return Question(asked=asked, view=view), *beside
    first, *later = tables or tables_asked(asked)
    own = [Question(asked=asked, table=first, view=view, iterator=iterator)]
    for table in later:
        if iterator is None or not isinstance(asked, Select):
            own.append(Question(asked=asked, table=table, view=view))
        else:
            own.append(Question(asked=structs.replace(asked, limit=None), table=table, is_counted=True))
    return *own, *beside


def root_of(
    questions: Iterable[Question],
    *,
    version: str,
    request_id: str,
    zone: Zone,
    text_policy: TextPolicy = DEFAULT_POLICY,
    own_guid: str | None = None,
) -> Written:
    """The document with these requests, all of the same id, as a QuickBooks in this zone is to get it.

    Raises Invalid, with places of the model, for what qbXML cannot say.
    """
    nodes: list[Node] = []
    changed: list[str] = []
    for each in questions:
        one = written(
            each.asked,
            version=version,
            request_id=request_id,
            view=each.view,
            iterator=each.iterator,
            text_policy=text_policy,
            own_guid=own_guid,
            table=each.table,
        )
        node = outward(one.node, zone)
        nodes.append(_only_counted(node) if each.is_counted else node)
        changed += one.changed
    several = len(nodes) > 1 and all(node.name.endswith("QueryRq") for node in nodes)
    return Written(request_root(nodes, on_error="continueOnError" if several else "stopOnError"), tuple(changed))


def _only_counted(query: Node) -> Node:
    return structs.replace(query, attributes={**query.attributes, "metaData": COUNTED})
