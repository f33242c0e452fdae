"""The catalogue of troubles: whole, unambiguous, in plain words, and never stronger than the truth."""

import re
from collections import Counter
from typing import Final, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.problems import Actor
from counterfoil.wire.troubles.trouble import COURSES, SECTIONS, TROUBLES, Course, Trouble, course_of, trouble_of

# Counted out of the vendor's documents, not out of the tables.
HRESULT_ENDS: Final = (
    "0400 0401 0402 0403 0408 040A 040D 0410 0414 0416 0418 041A 041B 041C 041D 041E 041F 0420 0421 0422 0423 0424 "
    "0427 042A 042C"
)
HRESULTS: Final = {f"0x8004{end}" for end in HRESULT_ENDS.split()} | {"0x80040154", "0x80010105"}
CONNECTOR: Final = {f"QBWC{number}" for number in [*range(1000, 1049), 1051, 1085] if number != 1047}
STATUS_CODES: Final = (
    "0 1 500 501 510 530 531 550 560 570 600 1000 1010 1030 1060 3000 3010 3020 3030 3031 3035 3040 3045 3050 3060 "
    "3065 3070 3080 3085 3090 3100 3110 3120 3130 3140 3150 3151 3152 3153 3160 3161 3162 3170 3171 3175 3176 3177 "
    "3180 3185 3190 3200 3205 3210 3220 3230 3231 3240 3250 3260 3261 3270 3290 9001 9002 9003 9004 9005"
)
STATUSES: Final = set(STATUS_CODES.split())
OWN_CODES: Final = (
    "QBD_WRONG_COMPANY_FILE QBD_COMPANY_UNPROVED QBWC_PASSWORD_WRONG QBWC_PASSWORD_ROTATED QBD_NEVER_CONNECTED "
    "QBD_OFFLINE QBD_PAUSED QBD_OUTSIDE_HOURS QBD_REQUEST_TIMEOUT QBD_WRITE_OUTCOME_UNKNOWN QBD_ANSWER_UNREADABLE "
    "QBD_POISON_REQUEST PUBLIC_URL_NOT_HTTPS UNSUPPORTED_CHARACTER COUNTERFOIL_INCIDENT"
)
OWN: Final = set(OWN_CODES.split())
JARGON: Final = re.compile(
    r"xml|hresult|soap|\bapi\b|https?\b|\bcom\b|json|0x|statuscode|editsequence|fileid|ownerid|ticket|\bid\b|regist(ry|er)\b"
    r"|server's log|`|callback|endpoint|exception|session|lane|lock(ed|s)? by",
    re.IGNORECASE,
)
EVERY: Final = [trouble for section in SECTIONS for trouble in section.troubles]


@pytest.mark.parametrize("trouble", EVERY, ids=lambda trouble: trouble.code)
def test_an_entry_is_complete(trouble: Trouble) -> None:
    assert re.fullmatch(r"[A-Z]+(_[A-Z]+)+", trouble.name)
    assert 8 <= len(trouble.title) <= 80 or trouble.code == "0"
    assert not trouble.title.endswith(".")
    assert all(text.endswith((".", "?")) for text in (trouble.developer, trouble.bookkeeper))
    assert trouble.steps
    assert all(step.endswith((".", ".'")) for step in trouble.steps)
    assert trouble.actor in get_args(Actor)
    assert trouble.course in get_args(Course)


@pytest.mark.parametrize("trouble", EVERY, ids=lambda trouble: trouble.code)
def test_the_bookkeeper_reads_plain_words(trouble: Trouble) -> None:
    texts = [trouble.bookkeeper, *(trouble.steps if trouble.actor == "bookkeeper" else ())]
    assert [JARGON.findall(text) for text in texts if JARGON.search(text)] == []


def test_no_code_has_two_entries() -> None:
    assert [code for code, times in Counter(trouble.code for trouble in EVERY).items() if times > 1] == []
    assert set(COURSES) == set(get_args(Course))


@pytest.mark.parametrize("codes", [HRESULTS, CONNECTOR, STATUSES, OWN], ids=["hresults", "qbwc", "statuses", "own"])
def test_every_code_that_is_known_to_exist_is_in_the_catalogue(codes: set[str]) -> None:
    assert codes - TROUBLES.keys() == set()


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("0x8004040a", "0x8004040A"),
        ("0X8004040A", "0x8004040A"),
        ("8004040A", "0x8004040A"),
        ("-2147220470", "0x8004040A"),  # 2**32 - 2147220470 = 0x8004040A
        ("2147746826", "0x8004040A"),
        ("qbwc1012", "QBWC1012"),
        ("QBWC 1012", "QBWC1012"),
        (" 03200 ", "3200"),
        ("qbd_offline", "QBD_OFFLINE"),
        ("QBD_MODAL_DIALOG_OPEN", "0x80040414"),
        ("PUBLIC_URL_NOT_HTTPS", "PUBLIC_URL_NOT_HTTPS"),
    ],
)
def test_a_code_is_known_in_every_spelling(spelling: str, code: str) -> None:
    assert trouble_of(spelling) is TROUBLES[code]


@pytest.mark.parametrize(
    ("course", "codes"),
    [
        ("later", "0x80040401 0x80040408 0x8004040A 0x8004040D 0x80040410 0x80040414 0x8004041B 0x80040424 3175 3176"),
        ("reread", "3200"),
        ("final", "0x80040400 0x80040423 3040 3100 3120 3140 3170 3180 3210 3260 9100 UNSUPPORTED_CHARACTER"),
        ("unknown", "0x80010105 0x8004041C 0x80040402 1000 9002 0x80049999 QBD_WRITE_OUTCOME_UNKNOWN"),
        ("stop", "0x80040418 0x8004041A 0x8004041D 0x80040420 0x80040403 QBD_WRONG_COMPANY_FILE QBWC_PASSWORD_WRONG"),
    ],
)
def test_how_the_lane_goes_on(course: Course, codes: str) -> None:
    assert {code: course_of(code) for code in codes.split()} == dict.fromkeys(codes.split(), course)


SAID: Final = "There was an error when saving a Invoice.  QuickBooks error message: "


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("3170", SAID + "This list has been modified by another user."),
        ("3180", SAID + "This list  has been MODIFIED by another\nuser"),
        ("3180", SAID + "The internals could not be locked.  They are in use by another user."),
        ("3180", SAID + "The application failed to acquire the lock."),
        ("3170", SAID + "The list element is in use."),
        ("3185", "Cannot void.  QuickBooks error message: The transaction could not be locked.  It is in use."),
    ],
)
def test_a_refusal_whose_words_tell_of_a_lock_is_tried_again(code: str, words: str) -> None:
    trouble = trouble_of(code, words)
    assert (trouble.course, trouble.code, trouble.name) == ("later", code, "QBD_OBJECT_IN_USE")
    assert course_of(code, words) == "later"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("3180", SAID + "The account number is already in use."),
        ("3180", SAID + "You are attempting to save an empty transaction."),
        ("3140", "This list has been modified by another user"),
        ("3180", ""),
    ],
)
def test_other_refusals_stay_refusals(code: str, words: str) -> None:
    assert course_of(code, words) == "final"


def test_view_only_mode_is_known_by_its_words() -> None:
    trouble = trouble_of("0x80040499", "This request is not supported in View-only mode.")
    assert (trouble.code, trouble.name, trouble.course) == ("0x80040499", "QBD_VIEW_ONLY", "stop")


def test_a_code_that_nobody_knows_keeps_itself_and_its_words() -> None:
    trouble = trouble_of("3999", "Something  new happened.")
    assert trouble.code == "3999"
    assert "3999" in trouble.title
    assert "Something new happened." in trouble.developer
    assert "Something new happened." in trouble.bookkeeper
    assert "an error of the request" in trouble.developer
    assert "a warning" in trouble_of("777").developer
    assert "macro" in trouble_of("9150").developer


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_code_gets_an_answer(code: str, words: str) -> None:
    trouble = trouble_of(code, words)
    assert trouble.steps
    assert trouble.course in COURSES
    assert len(trouble.code) <= 120
