"""What was sent, as a page shows it: no digit and no character is lost on the way."""

from counterfoil.web.shown import MOST_SHOWN, Shown, shown_body, shown_document


def test_json_is_indented_and_keeps_its_numbers() -> None:
    shown = shown_body(b'{"rate":12.50,"long":12345678901234567890.10,"text":"<b> \xc3\xa9"}')
    assert shown is not None
    assert shown.text.splitlines()[1:-1] == [
        '  "rate": 12.50,',
        '  "long": 12345678901234567890.10,',
        '  "text": "<b> é"',
    ]


def test_what_is_no_json_is_shown_as_it_is() -> None:
    assert shown_body(b"a=1&b=\xff") == Shown(text="a=1&b=\ufffd", size=7, is_cut=False)
    assert shown_body(b"") is None
    assert shown_document(None) is None


def test_qbxml_is_indented_and_what_is_broken_is_shown_as_it_is() -> None:
    shown = shown_document(b'<?xml version="1.0"?><?qbxml version="13.0"?><A x="1"><B>1 &lt; 2</B><C/></A>')
    assert shown is not None
    assert shown.text == '<A x="1">\n  <B>1 < 2</B>\n  <C/>\n</A>'
    broken = shown_document(b"<A><B></A>")
    assert broken is not None
    assert broken.text == "<A><B></A>"


def test_what_is_very_long_is_cut_and_says_so() -> None:
    shown = shown_body(b"x" * (MOST_SHOWN + 1))
    assert shown is not None
    assert (len(shown.text), shown.size, shown.is_cut) == (MOST_SHOWN, MOST_SHOWN + 1, True)
