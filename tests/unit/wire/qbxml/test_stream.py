"""Large answers told object by object, in the memory of one of them."""

import gc
import tracemalloc
from collections.abc import Callable

import pytest
from tests.unit.wire.qbxml.exchanges import exchanges
from tests.unit.wire.qbxml.test_tree import HOSTILE, SECRET

from counterfoil.core.errors import Malformed
from counterfoil.model.lists import Class
from counterfoil.wire.qbxml.outcomes import Response, items_of, read_responses
from counterfoil.wire.qbxml.stream import stream_objects
from counterfoil.wire.qbxml.tree import parse
from counterfoil.wire.qbxml.zones import Zone

ANSWERS = {name: answer for name, _, answer in exchanges()}
STATUS = 'statusCode="0" statusSeverity="Info" statusMessage="Status OK"'


def many(count: int) -> bytes:
    rets = "".join(
        f"<ClassRet><ListID>8-{number}</ListID><Name>Class {number}</Name>"
        f"<FullName>Région {number}</FullName></ClassRet>"
        for number in range(count)
    )
    answer = f'<ClassQueryRs {STATUS} retCount="{count}">{rets}</ClassQueryRs>'
    return f"<QBXML><QBXMLMsgsRs>{answer}</QBXMLMsgsRs></QBXML>".encode()


@pytest.mark.parametrize("name", ANSWERS)
def test_the_same_is_told_as_of_the_whole(name: str) -> None:
    whole = read_responses(parse(ANSWERS[name])).responses
    told = list(stream_objects(ANSWERS[name]))
    heads = [each for each in told if isinstance(each, Response)]
    assert told[0] is heads[0]
    assert [(head.name, head.status, head.count, head.remaining, head.iterator_id) for head in heads] == [
        (each.name, each.status, each.count, each.remaining, each.iterator_id) for each in whole
    ]
    assert [each for each in told if not isinstance(each, Response)] == [
        item for one in whole for item in items_of(one)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_in_pieces_whatever_the_encoding(encoding: str) -> None:
    data = many(3000).decode().encode(encoding)
    things = list(stream_objects(data))[1:]
    assert len(things) == 3000
    assert things[2999] == Class(id="8-2999", name="Class 2999", full_name="Région 2999")


def test_the_status_comes_before_any_object_is_read() -> None:
    data = many(5)[:-40]
    told = stream_objects(data)
    head = next(told)
    assert isinstance(head, Response)
    assert (head.name, head.count) == ("ClassQueryRs", 5)
    with pytest.raises(Malformed):
        list(told)


def test_several_answers_in_one_document() -> None:
    ret = "<ClassRet><ListID>8-1</ListID></ClassRet><NoveltyRet><ListID>x</ListID></NoveltyRet>"
    body = f"<ClassQueryRs {STATUS}>{ret}</ClassQueryRs><ClassQueryRs statusCode='1'/><InvoiceQueryRs {STATUS}/>"
    told = list(stream_objects(f"<QBXML><Other><A/></Other><QBXMLMsgsRs>{body}</QBXMLMsgsRs></QBXML>".encode()))
    assert [each.name if isinstance(each, Response) else each.id for each in told] == [
        "ClassQueryRs",
        "8-1",
        "ClassQueryRs",
        "InvoiceQueryRs",
    ]


def test_times_are_true_moments_where_the_zone_is_known() -> None:
    ret = "<ClassRet><ListID>8-1</ListID><TimeCreated>2026-07-01T08:28:40-07:00</TimeCreated></ClassRet>"
    data = f"<QBXML><QBXMLMsgsRs><ClassQueryRs {STATUS}>{ret}</ClassQueryRs></QBXMLMsgsRs></QBXML>".encode()
    _, thing = stream_objects(data, zone=Zone(name="America/Denver"))
    assert isinstance(thing, Class)
    assert thing.created_at == 1782916120  # 2026-07-01T14:28:40Z


def peak(work: Callable[[], int]) -> int:
    """Bytes that `work` needs at once: the least of three times, as others' rubbish comes and goes."""
    return min(_peak(work) for _ in range(3))


def _peak(work: Callable[[], int]) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        assert work() > 0
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_answer() -> None:
    few, lots = many(1_000), many(20_000)

    def streamed(data: bytes) -> int:
        return sum(1 for _ in stream_objects(data))

    def whole(data: bytes) -> int:
        return len(items_of(read_responses(parse(data)).responses[0]))

    streamed(few)
    assert peak(lambda: streamed(lots)) < 2 * peak(lambda: streamed(few))
    assert peak(lambda: streamed(lots)) * 20 < peak(lambda: whole(lots))


@pytest.mark.parametrize("place", range(65_400, 65_560, 7))
def test_a_reference_may_lie_across_two_pieces(place: int) -> None:
    head = f"<QBXML><QBXMLMsgsRs><ClassQueryRs {STATUS}><ClassRet><Name>"
    filled = head + "x" * (place - len(head)) + "&#x19;&#233;&amp;\x19!"
    data = f"{filled}</Name></ClassRet></ClassQueryRs></QBXMLMsgsRs></QBXML>".encode()
    _, thing = stream_objects(data)
    assert isinstance(thing, Class)
    assert thing.name.lstrip("x") == "é&!"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_refused(name: str) -> None:
    with pytest.raises(Malformed) as caught:
        list(stream_objects(HOSTILE[name], largest=64_000_000))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b" " * 70_000 + b"<!DOCTYPE a [<!ENTITY x 'y'>]><QBXML><QBXMLMsgsRs/></QBXML>",
        b" " * 65_535 + b"<!DOCTYPE a [<!ENTITY x 'y'>]><QBXML><QBXMLMsgsRs/></QBXML>",
        b"<!--" + b"x" * 65_530 + b"--><!DOCTYPE QBXML><QBXML><QBXMLMsgsRs/></QBXML>",
        b"<QBXML><QBXMLMsgsRq/></QBXML>",
        b"<Other><QBXMLMsgsRs/></Other>",
        b"<QBXML/>",
        many(9)[:-1],
    ],
)
def test_what_is_no_answer_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        list(stream_objects(data))


def test_what_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(Malformed) as caught:
        list(stream_objects(many(100), largest=1000))
    assert caught.value.problems[0].kind == "too_large"
