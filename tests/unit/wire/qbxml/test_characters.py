"""Texts that QuickBooks cannot keep: respelled, refused or left out, and told by their places."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import named
from counterfoil.model.addresses import Address, CustomField
from counterfoil.model.command import Create, LineChange, Update
from counterfoil.model.lines import SalesLine
from counterfoil.model.query import Filter, Select
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref
from counterfoil.wire.qbxml.characters import is_changed, respelled, storable, stripped, unkept
from counterfoil.wire.qbxml.tree import Node, fragment, parse
from counterfoil.wire.qbxml.write import request_document, request_node, request_root, written

CONTROLS = {chr(code) for code in (*range(9), 11, 12, *range(14, 32), *range(127, 160))}
KOWALSKI = Ref("8-1")
AWKWARD = "Zoë’s Café – №5 你好 &<>"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (AWKWARD, "Zoë’s Café - No5 ?? &<>"),
        ("Zoe\u0308", "Zoë"),
        ("a\u0301b\u0302x\u0302", "ábx"),
        ("bell\x07 del\x7f nel\x85", "bell del nel"),
        ("one\ttwo\nthree\r\nfour", "one\ttwo\nthree\r\nfour"),
        ("a\u2028b\u200bc\ufeffd\u00a0e\u2009f", "a\nbcd\u00a0e f"),
        ("⅓ ½ ① ﬁ ٤٢ ３", "1/3 ½ 1 fi 42 3"),
        ("—–‐‑−", "-----"),
        ("“quoted” ‘so’ €5 ™ …", "“quoted” ‘so’ €5 ™ …"),
        ("Łódź Đorđe ıı ẞ", "Lódz Dorde ii SS"),
        ("👩‍🔧 🇩🇪", "?? ??"),
        ("", ""),
    ],
)
def test_what_becomes_of_a_text(text: str, kept: str) -> None:
    assert respelled(text) == kept


@given(st.text(max_size=60))
def test_what_is_written_can_be_kept_and_is_written_once(text: str) -> None:
    for change in (respelled, storable, stripped):
        once = change(text)
        assert once.encode("cp1252").decode("cp1252") == once
        assert not set(once) & CONTROLS
        assert change(once) == once
        assert not unkept(once)


@given(st.text(st.characters(codec="cp1252", exclude_categories=("Cc", "Pd")), max_size=60))
def test_what_quickbooks_keeps_is_left_alone(text: str) -> None:
    assert respelled(text) == storable(text) == stripped(text) == text
    assert not is_changed(text, respelled(text))


def test_letters_put_together_are_no_change() -> None:
    assert respelled("Zoe\u0308") == "Zoë"
    assert not is_changed("Zoe\u0308", "Zoë")
    assert is_changed("№", "No")


def invoice(**more: Any) -> Create:
    lines = (SalesLine(description="plain"), SalesLine(description=AWKWARD, other_custom_field1="№1"))
    draft = Invoice(
        customer=Ref(None, "Müller – Söhne"),
        memo="Zoe\u0308\x07",
        billing_address=Address(line1="Straße 1", city="Łódź"),
        lines=lines,
        **more,
    )
    return Create(resource="invoices", draft=draft)


def texts(node: Node) -> list[str]:
    return [node.text] if not node.children else [text for child in node.children for text in texts(child)]


def test_transliterate_is_the_rule_and_tells_the_places() -> None:
    found = written(invoice())
    assert found.changed == ("billing_address.city", "memo", "lines[1].description", "lines[1].other_custom_field1")
    assert texts(found.node) == [
        "Müller – Söhne",
        "Straße 1",
        "Lódz",
        "Zoë",
        "plain",
        "Zoë’s Café - No5 ?? &<>",
        "No1",
    ]
    assert request_node(invoice()) == found.node
    assert parse(request_document(request_root([found.node]))).root.children[0].children == (found.node,)


def test_documents_are_ascii_whatever_they_hold() -> None:
    document = request_document(request_root([request_node(invoice())]))
    assert document.isascii()
    assert b"Zo&#235;&#8217;s Caf&#233; - No5 ?? &amp;&lt;&gt;" in document


def test_reject_names_all_places_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        written(invoice(custom_fields=()), text_policy="reject")
    assert [(problem.kind, named(problem.place)) for problem in caught.value.problems] == [
        ("unsupported_character", "billing_address.city"),
        ("unsupported_character", "memo"),
        ("unsupported_character", "lines[1].description"),
        ("unsupported_character", "lines[1].other_custom_field1"),
    ]
    (city, memo, description, _) = caught.value.problems
    assert city.values["characters"] == "Ł (U+0141), ź (U+017A)"
    assert memo.values["characters"] == "U+0007"
    assert description.what(named(description.place)) == (
        "`lines[1].description` holds characters that these books cannot keep: № (U+2116), 你 (U+4F60), 好 (U+597D)."
    )
    assert description.actor == "developer"


def test_reject_lets_pass_what_quickbooks_keeps() -> None:
    draft = Invoice(customer=KOWALSKI, memo="Zoë’s “Café” – 5 €", lines=(SalesLine(description="a\nb"),))
    found = written(Create(resource="invoices", draft=draft), text_policy="reject")
    assert found.changed == ()
    assert texts(found.node)[1:] == ["Zoë’s “Café” – 5 €", "a\nb"]


def test_strip_leaves_out() -> None:
    found = written(invoice(), text_policy="strip")
    assert found.changed == ("billing_address.city", "memo", "lines[1].description", "lines[1].other_custom_field1")
    assert texts(found.node)[2:] == ["ód", "Zoë", "plain", "Zoë’s Café – 5  &<>", "1"]


def test_strip_never_leaves_nothing() -> None:
    draft = Invoice(customer=KOWALSKI, memo="你好")
    with pytest.raises(Invalid) as caught:
        written(Create(resource="invoices", draft=draft), text_policy="strip")
    assert [named(problem.place) for problem in caught.value.problems] == ["memo"]


def test_changes_are_told_by_their_places_too() -> None:
    changes = {
        "memo": "№",
        "lines": (LineChange(id="1B-1", changes={}), LineChange(id="-1", changes={"description": "№"})),
    }
    found = written(Update(resource="invoices", id="1A-1", revision="1", changes=changes))
    assert found.changed == ("memo", "lines[1].description")
    custom = SalesLine(custom_fields=(CustomField(owner_id="0", name="Farbe", value="№"),))
    found = written(Create(resource="invoices", draft=Invoice(customer=KOWALSKI, lines=(custom,))))
    assert found.changed == ("lines[0].custom_fields[0].value",)


def test_the_length_that_counts_is_that_of_what_is_sent() -> None:
    fits = Invoice(customer=KOWALSKI, ref_number="e\u0301" * 11)
    assert texts(request_node(Create(resource="invoices", draft=fits))) == ["8-1", "é" * 11]
    grows = Invoice(customer=KOWALSKI, ref_number="№" * 6)
    with pytest.raises(Invalid) as caught:
        request_node(Create(resource="invoices", draft=grows))
    assert [(problem.kind, problem.values["length"]) for problem in caught.value.problems] == [("too_long", 12)]


def test_what_is_looked_for_keeps_its_dashes() -> None:
    """A name that was typed in QuickBooks itself may have one."""
    select = Select(resource="customers", filters=(Filter("name", "contains", "Müller – №1"),))
    assert "<Name>M&#252;ller &#8211; No1</Name>" in fragment(request_node(select))
    assert "<FullName>M&#252;ller &#8211; Ost</FullName>" in fragment(
        request_node(Select(resource="customers", names=("Müller – Ost",)))
    )
