"""Whatever stands in a well-formed document: it is read, refused or passed by, and nothing breaks."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.wire.qbxml.exchanges import exchanges

from counterfoil.core.errors import Malformed
from counterfoil.core.problems import named
from counterfoil.model.outcome import Refused
from counterfoil.wire.qbxml.answer import answered
from counterfoil.wire.qbxml.as_json import response_json
from counterfoil.wire.qbxml.outcomes import deletions_of, items_of, outcome_of, page_of, read_responses
from counterfoil.wire.qbxml.serve import read_requests
from counterfoil.wire.qbxml.tree import Document, Node, parse

CASES = tuple(exchanges())
REQUESTS = tuple(parse(request).root for _, request, _ in CASES)
ANSWERS = tuple(parse(answer).root for _, _, answer in CASES)
TEXTS = ("", " ", "x", "-1", "0", "1e9999", "2026-02-30", "9" * 5000, "true", "{}", "A:B", "\u2028é", "NaN", "1.5")
NAMES = ("TxnID", "ListID", "FullName", "InvoiceLineAdd", "Amount", "IncludeRetElement", "x", "OwnerID", "QBXML")


def mutated(node: Node, random: Random, odds: float) -> Node:
    name, text, children = node.name, node.text, [mutated(child, random, odds) for child in node.children]
    attributes = dict(node.attributes)
    if random.random() < odds:
        name = random.choice(NAMES)
    if random.random() < odds:
        text, children = random.choice(TEXTS), []
    if random.random() < odds:
        random.shuffle(children)
    if children and random.random() < odds:
        children.append(random.choice(children))
    if children and random.random() < odds:
        children.remove(random.choice(children))
    if random.random() < odds:
        attributes[random.choice(("useMacro", "defMacro", "iterator", "metaData", "statusCode", "x"))] = random.choice(
            TEXTS
        )
    return Node(name, attributes, text, tuple(children))


CASE = st.integers(0, len(CASES) - 1)
RANDOM = st.integers(0, 2**32).map(Random)
ODDS = st.sampled_from((0.01, 0.1, 0.5))


@settings(max_examples=200, deadline=None)
@given(CASE, RANDOM, ODDS)
def test_requests(case: int, random: Random, odds: float) -> None:
    try:
        found = read_requests(
            Document(mutated(REQUESTS[case], random, odds), random.choice((None, "1.0", "13.0", "99.99")))
        )
    except Malformed:
        return
    for request in found.requests:
        refused = isinstance(request.asked, Refused)
        assert refused == bool(request.problems)
        assert len(request.structure) <= 100
        node = answered(request)
        assert node.name == request.name.removesuffix("Rq") + "Rs"
        assert (node.attributes["statusCode"] != "0") == refused
        for problem in request.problems:
            assert problem.what(named(problem.place))
            assert problem.mend(named(problem.place))


@settings(max_examples=200, deadline=None)
@given(CASE, RANDOM, ODDS)
def test_answers(case: int, random: Random, odds: float) -> None:
    document = Document(mutated(ANSWERS[case], random, odds))
    response_json(document)
    try:
        found = read_responses(document)
    except Malformed:
        return
    for response in found.responses:
        outcome_of(response)
        page_of(response)
        items_of(response)
        deletions_of(response)


@pytest.mark.parametrize("code", ["", "x", "999999999999999", "-1"])
def test_status_codes_that_are_none(code: str) -> None:
    node = Node("ClassQueryRs", {"statusCode": code})
    root = Node("QBXML", {}, "", (Node("QBXMLMsgsRs", {}, "", (node,)),))
    assert read_responses(Document(root)).responses[0].status.code == 0
