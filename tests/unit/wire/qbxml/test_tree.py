"""Bytes and trees: what is read, what is refused, and that refusals are quick and repeat nothing."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.errors import Malformed
from counterfoil.core.problems import named
from counterfoil.wire.qbxml.characters import storable
from counterfoil.wire.qbxml.tree import Node, branch, leaf, parse, serialize

SECRET = "Hunter2Hunter2"
QBXML = '<?xml version="1.0"?><?qbxml version="13.0"?>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))

HOSTILE = {
    "nothing": b"",
    "spaces": b"   \n ",
    "no xml": SECRET.encode(),
    "doctype": f"<!DOCTYPE {SECRET}><QBXML/>".encode(),
    "doctype after comment": f"<?xml version='1.0'?><!-- x --> <!DOCTYPE QBXML><{SECRET}/>".encode(),
    "doctype in utf-16": f'<?xml version="1.0"?><!DOCTYPE {SECRET}><QBXML/>'.encode("utf-16"),
    "internal entity": f'<!DOCTYPE a [<!ENTITY x "{SECRET}">]><a>&x;</a>'.encode(),
    "external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "parameter entity": b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><a/>',
    "billion laughs": f'<!DOCTYPE a [<!ENTITY l0 "{SECRET}">{LAUGHS}]><a>&l11;</a>'.encode(),
    "undeclared entity": f"<QBXML>&{SECRET};</QBXML>".encode(),
    "deep": b"<a>" * 10_000 + b"</a>" * 10_000,
    "rather deep": b"<a>" * 40 + b"</a>" * 40,
    "twenty megabytes": b"<a>" + b"x" * 20_000_000 + b"</a>",
    "very many": b"<a>" + b"<b/>" * 1_500_000 + b"</a>",
    "nul": f"<a>{SECRET}\x00</a>".encode(),
    "nul by number": f"<a>{SECRET}&#0;</a>".encode(),
    "control character": f"<a>{SECRET}\x08</a>".encode(),
    "surrogate by number": b"<a>&#xD800;</a>",
    "not utf-8": b"<a>\xff\xfe\xfd</a>",
    "utf-7 declared": f'<?xml version="1.0" encoding="UTF-7"?>+ADw-a+AD4-{SECRET}+ADw-/a+AD4-'.encode(),
    "utf-7 bare": f"+ADw-!DOCTYPE a+AD4-{SECRET}".encode(),
    "utf-32": "<a/>".encode("utf-32"),
    "ebcdic": '<?xml version="1.0" encoding="cp037"?><a/>'.encode("cp037"),
    "unknown encoding": b'<?xml version="1.0" encoding="x-none"?><a/>',
    "wide declared, narrow sent": b'<?xml version="1.0" encoding="UTF-16"?><a/>',
    "duplicate attributes": f'<a b="{SECRET}" b="{SECRET}"/>'.encode(),
    "truncated": f"<QBXML><QBXMLMsgsRq onError='stopOnError'><{SECRET}".encode(),
    "truncated instruction": f"<?xml version='1.0' {SECRET}".encode(),
    "crossed": f"<a><{SECRET}></a></{SECRET}>".encode(),
    "two roots": f"<a/><{SECRET}/>".encode(),
    "text between elements": f"<a>{SECRET}<b/></a>".encode(),
    "text after an element": f"<a><b/>{SECRET}</a>".encode(),
}


FORGIVEN = {"nul", "nul by number", "control character", "surrogate by number", "not utf-8", "utf-32"}
"""What is left out of an answer, that the rest may be read; UTF-32 is UTF-16 then, with NULs between."""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_refused_quickly_and_not_repeated(name: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Malformed) as caught:
        parse(HOSTILE[name])
    assert time.monotonic() - begun < 20, "it blew up"
    for problem in caught.value.problems:
        assert SECRET not in problem.what(named(problem.place))
    assert SECRET not in str(caught.value)
    assert "root:" not in str(caught.value)


def test_a_large_text_is_refused_by_the_reader_where_the_caller_allows_the_size() -> None:
    with pytest.raises(Malformed):
        parse(HOSTILE["twenty megabytes"], largest=64_000_000)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("<a>Kožuch é</a>".encode(), "Kožuch é"),
        (b"\xef\xbb\xbf" + "<a>é</a>".encode(), "é"),
        ('<?xml version="1.0" encoding="utf-8"?><a>é</a>'.encode(), "é"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1"), "é"),
        ("<?xml version='1.0' encoding='windows-1252'?><a>“é”</a>".encode("cp1252"), "“é”"),
        ('<?xml version="1.0" encoding="utf-16"?><a>é</a>'.encode("utf-16"), "é"),
        ("<a>é</a>".encode("utf-16-le"), "é"),
        ("<a>é</a>".encode("utf-16-be"), "é"),
        (b"<a>&#233;&amp;&lt;</a>", "é&<"),
        (b"<a><![CDATA[<b>]]></a>", "<b>"),
        (b"<a>one<!-- not this -->two<?nor this?></a>", "onetwo"),
        (b"<a>one\r\ntwo</a>", "one\ntwo"),
        (b"<a/>", ""),
    ],
)
def test_texts_arrive_whatever_the_encoding(data: bytes, text: str) -> None:
    assert parse(data).root == Node("a", {}, text)


STORED = {
    "by number": b"<Memo>the owner&#x19;s &#38; &#233;&#0;&#xD800;&#xFFFFFFF;</Memo>",
    "as they are": "<Memo>the owner\x19s &amp; é\x00</Memo>".encode(),
    "in other bytes": b"<Memo>the owner\x19s &amp; \xe9</Memo>",
}


@pytest.mark.parametrize("name", STORED)
def test_what_was_stored_in_quickbooks_is_read_without_what_xml_does_not_allow(name: str) -> None:
    with pytest.raises(Malformed):
        parse(STORED[name])
    assert parse(STORED[name], forgiving=True).root == Node("Memo", {}, "the owners & é")


@pytest.mark.parametrize("name", sorted(set(HOSTILE) - FORGIVEN))
def test_what_is_forgiven_is_nothing_hostile(name: str) -> None:
    with pytest.raises(Malformed):
        parse(HOSTILE[name], forgiving=True)


@pytest.mark.parametrize(
    ("head", "version"),
    [
        (QBXML, "13.0"),
        ("<?qbxml version='8.0' ?>", "8.0"),
        ('\n<?xml version="1.0"?>\n<!-- by hand -->\n<?qbxml version="CA3.0"?>\n', "CA3.0"),
        ('<?xml version="1.0"?>', None),
        ('<?qbxml version="&x;"?>', None),
    ],
)
def test_the_version_is_found_before_the_root(head: str, version: str | None) -> None:
    assert parse(f"{head}<QBXML/>".encode()).version == version


def test_documents_are_written_in_ascii() -> None:
    root = branch("QBXML", Node("Memo", {"a": '"<é>\n'}, "é & <“ok”>\r\n\t\x0b"))
    assert serialize(root, "13.0") == (
        b'<?xml version="1.0" encoding="utf-8"?><?qbxml version="13.0"?><QBXML>'
        b'<Memo a="&quot;&lt;&#233;&gt;&#10;">&#233; &amp; &lt;&#8220;ok&#8221;&gt;&#13;\n\t</Memo></QBXML>'
    )


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=40)


@given(TEXTS, TEXTS)
def test_what_is_written_is_read_again(text: str, value: str) -> None:
    root = branch("QBXML", Node("Memo", {"a": value}, text), leaf("Empty", ""))
    assert parse(serialize(root, "13.0")).root == root


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("plain", "plain"),
        ("Café – “ok” €", "Café – “ok” €"),
        ("Zażółć gęślą", "Zazólc gesla"),
        ("−5 ™", "-5 ™"),
        ("日本 Ω", "?? ?"),
        ("ﬁne Łódź", "fine Lódz"),
    ],
)
def test_texts_are_respelled_where_quickbooks_cannot_keep_them(text: str, kept: str) -> None:
    assert storable(text) == kept
