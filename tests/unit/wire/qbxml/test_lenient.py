"""Answers with what nobody here knows: nothing is refused, and what is known is read as if the rest were not there.

QuickBooks' own answers hold elements and values that no schema lists, and each year's version brings more.
"""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.wire.qbxml.exchanges import exchanges

from counterfoil.model.kinds import Choice
from counterfoil.model.outcome import Done
from counterfoil.model.query import Page
from counterfoil.wire.qbxml.messages import BY_RET, MAPS
from counterfoil.wire.qbxml.outcomes import deletions_of, items_of, outcome_of, page_of, read_responses
from counterfoil.wire.qbxml.slots import kind_of
from counterfoil.wire.qbxml.stream import stream_objects
from counterfoil.wire.qbxml.table import Part
from counterfoil.wire.qbxml.tree import Document, Node, leaf, parse, serialize

CASES = [(name, parse(answer).root) for name, _, answer in exchanges() if "." not in name]
CASE = st.sampled_from(CASES)
RANDOM = st.integers(0, 2**32).map(Random)
NOVELTIES = (
    leaf("Novelty", ""),
    leaf("IsNovelty", "true"),
    Node("NoveltyRef", {}, "", (leaf("ListID", "8-1"), leaf("FullName", "New"))),
    Node("NoveltyRet", {"of": "2031"}, "", (leaf("TxnID", "1-1"), Node("Deeper", {}, "", (leaf("Name", "x"),)))),
    leaf("x-novelty.2", "é <new>"),
)


def choices(part: Part) -> set[str]:
    """The elements of a part, and of all within, that hold one of several words."""
    own = {row.tag for row in part.rows if isinstance(kind_of(row, part.model), Choice)}
    return own.union(*(choices(row.part) for row in part.rows if row.part is not None))


CHOICES = set[str]().union(*(choices(table.part) for table in MAPS))


def strewn(node: Node, random: Random, odds: float) -> Node:
    """The same elements, with new ones anywhere between them and attributes on them."""
    children: list[Node] = []
    for child in node.children:
        if random.random() < odds:
            children.append(random.choice(NOVELTIES))
        children.append(strewn(child, random, odds))
    if node.children and random.random() < odds:
        children.append(random.choice(NOVELTIES))
    attributes = dict(node.attributes) | ({"novelty": "<1>"} if random.random() < odds else {})
    return Node(node.name, attributes, node.text, tuple(children))


def with_new_words(node: Node, random: Random) -> Node:
    """The same elements, with words in place of choices that were not among them so far."""
    if node.name in CHOICES and not node.children and random.random() < 0.5:
        return leaf(node.name, random.choice(("SomethingNew", "", "none of these")))
    return Node(node.name, node.attributes, node.text, tuple(with_new_words(child, random) for child in node.children))


@settings(max_examples=300, deadline=None)
@given(CASE, RANDOM, st.sampled_from((0.05, 0.5, 1.0)))
def test_unknown_elements_and_attributes_change_nothing(case: tuple[str, Node], random: Random, odds: float) -> None:
    name, root = case
    (plain,) = read_responses(Document(root)).responses
    data = serialize(strewn(root, random, odds))
    (told,) = read_responses(parse(data)).responses
    assert (told.name, told.status, told.count) == (plain.name, plain.status, plain.count)
    assert items_of(told) == items_of(plain)
    assert deletions_of(told) == deletions_of(plain)
    assert list(stream_objects(data))[1:] == list(items_of(plain))
    if name.endswith(("Add", "Mod", "Del", "Void")):
        assert outcome_of(told) == outcome_of(plain)
    else:
        assert page_of(told) == page_of(plain)


@settings(max_examples=200, deadline=None)
@given(CASE, RANDOM)
def test_unknown_words_are_passed_by(case: tuple[str, Node], random: Random) -> None:
    name, root = case
    (plain,) = read_responses(Document(root)).responses
    (told,) = read_responses(Document(with_new_words(root, random))).responses
    assert [thing.id for thing in items_of(told)] == [thing.id for thing in items_of(plain)]
    assert [type(thing) for thing in items_of(told)] == [type(thing) for thing in items_of(plain)]
    if name.endswith(("Add", "Mod")):
        assert isinstance(outcome_of(told), Done)
    elif name.endswith("Query"):
        assert isinstance(page_of(told), Page)


def test_there_is_something_to_strew_in() -> None:
    assert len(CASES) > 70
    assert {"AccountType", "TxnType", "JobStatus"} <= CHOICES
    assert not {node.name for node in NOVELTIES} & set(BY_RET)
