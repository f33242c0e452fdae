"""What each dialect posts of the same story, one file for each; keys that hold nothing are left out of the files.

The files were read line by line against the story and the vendors' documents. The vendors' own clients read the same
letters, where there are any.
"""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from conductor.types import qbd
from msgspec import structs
from qubesync import webhooks as qubes
from tests.golden.letters.story import CONNECTION, EVENT, NUMBERS, REQUEST, SOLD, STORY

from counterfoil.app.renderers import renderers
from counterfoil.model.event import Event

HERE: Final = Path(__file__).parent
DIALECTS: Final = renderers("https://books.example.com/")
NUMBERED: Final = ("chargeover", "snapbooks")


def posted(dialect: str, event: Event) -> Any:
    letters: Any = DIALECTS[dialect]
    return json.loads(letters.body(event, NUMBERS) if dialect in NUMBERED else letters.body(event))


def filled(value: Any) -> Any:
    """A value without the keys that hold nothing."""
    if isinstance(value, dict):
        return {key: filled(each) for key, each in value.items() if each is not None and each != []}
    return [filled(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("type_", STORY)
def test_an_event_is_told_as_it_is_written_out(dialect: str, type_: str) -> None:
    expected = json.loads((HERE / f"{dialect}.json").read_text(encoding="utf-8"))
    assert filled(posted(dialect, STORY[type_])) == expected[type_]


@pytest.mark.parametrize(
    ("type_", "model"),
    [
        ("invoice.created", qbd.Invoice),
        ("invoice.paid", qbd.Invoice),
        ("payment.created", qbd.ReceivePayment),
        ("customer.created", qbd.Customer),
        ("invoice.voided", qbd.InvoiceVoidResponse),
        ("invoice.deleted", qbd.InvoiceDeleteResponse),
    ],
)
def test_conductors_own_classes_hold_the_object(type_: str, model: type[Any]) -> None:
    told = posted("conductor", STORY[type_])["data"]["object"]
    read = model.model_validate(told, strict=False)
    assert read.id == told["id"]
    unknown_to_the_vendor = read.model_extra or {}
    assert not unknown_to_the_vendor


def test_qubes_own_client_knows_what_kind_each_is() -> None:
    read = {type_: qubes.parse(posted("qube", event)) for type_, event in STORY.items()}
    failed, offline, created = read["request.failed"], read["connection.offline"], read["invoice.created"]
    assert isinstance(failed, qubes.RequestEvent)
    assert (failed.id, failed.state, failed.error["code"]) == (REQUEST, "error", "3140")
    assert failed.dedupe_key == f"{REQUEST}:error"
    assert isinstance(offline, qubes.ConnectionEvent)
    assert (offline.event, offline.connection_id, offline.stall_reason) == ("connection.stalled", CONNECTION, "offline")
    assert offline.dedupe_key == EVENT
    assert offline.newer_than(None)
    assert isinstance(created, qubes.UnknownEvent)
    assert created.get("data")["InvoiceRet"]["RefNumber"] == "1042"


def test_without_numbers_objects_are_called_by_the_books_own_ids() -> None:
    letters: Any = DIALECTS["chargeover"]
    told = json.loads(letters.body(STORY["invoice.created"]))
    invoice = told["data"]["invoice"]
    assert told["context_id"] == invoice["invoice_id"] == "1A-1767225600"
    assert invoice["customer_id"] == "80000001-1234567890"
    assert not [key for key in invoice if key.startswith("url_") or key == "token"]
    snapbooks: Any = DIALECTS["snapbooks"]
    told = json.loads(snapbooks.body(STORY["invoice.created"]))["data"]["object"]
    assert (told["Id"], told["CustomerRef"]) == ("1A-1767225600", "80000001-1234567890")


def test_what_chargeover_cannot_know_from_an_event_is_not_claimed() -> None:
    invoice = posted("chargeover", STORY["invoice.created"])["data"]["invoice"]
    assert not {"external_key", "custom_1", "tags", "terms_days", "no_dunning", "paycycle"} & invoice.keys()
    assert not {"tax_total", "is_taxed", "item_external_key"} & invoice["line_items"][0].keys()


def test_what_callers_said_beside_the_books_is_told_in_chargeovers_words() -> None:
    beside = {
        "invoices": {
            SOLD: {
                "external_key": "A-17",
                "custom_1": "red",
                "tags": ["vip"],
                "no_dunning": True,
                "lines": [{"item": "80000002-1234567890", "custom_2": "blue", "paycycle": "mon", "tags": ["l"]}],
                "voided": {"subtotal": "300.00", "total": "324.75", "taxes": "24.75"},
            }
        },
        "service_items": {"80000002-1234567890": {"external_key": "advice", "accounting_sku": "ADV"}},
        "non_inventory_items": {},
        "discount_items": {},
        "other_charge_items": {},
    }
    event = structs.replace(STORY["invoice.created"], beside=beside)
    invoice = posted("chargeover", event)["data"]["invoice"]
    told = {name: invoice[name] for name in ("external_key", "custom_1", "custom_2", "tags", "no_dunning")}
    assert told == {"external_key": "A-17", "custom_1": "red", "custom_2": None, "tags": ["vip"], "no_dunning": True}
    (line,) = invoice["line_items"]
    named = ("custom_2", "custom_1", "paycycle", "tags", "item_external_key", "item_accounting_sku")
    assert [line[name] for name in named] == ["blue", None, "mon", ["l"], "advice", "ADV"]

    voided = posted("chargeover", structs.replace(STORY["invoice.voided"], beside=beside))["data"]["invoice"]
    assert (voided["external_key"], voided["custom_1"], voided["total"], voided["taxes"]) == (
        "A-17",
        "red",
        324.75,
        24.75,
    )
    assert (voided["balance"], voided["is_void"]) == (0, True)
    letters: Any = DIALECTS["chargeover"]
    asked = letters.keeps(event)
    assert asked["invoices"] == [SOLD]
    assert asked["service_items"] == asked["discount_items"] == ["80000002-1234567890"]


def test_the_numbers_that_a_body_tells_are_asked_for() -> None:
    told = {"chargeover": {17, 59, 21, 6, 31}, "snapbooks": {17, 18, 59, 21, 6}}
    for dialect, expected in told.items():
        letters: Any = DIALECTS[dialect]
        asked = letters.mentions(STORY["invoice.paid"])
        assert {NUMBERS[space][id] for space, ids in asked.items() for id in ids} == expected


OLD: Final = "0f0e0d0c-0b0a-4909-8807-060504030201"
AT_CONDUCTOR: Final = "end_usr_1234567abcdefg"


def test_a_connection_is_called_by_the_name_that_its_account_brought_along() -> None:
    """`connection alias`: whoever came from a vendor knows that vendor's id alone."""
    for type_ in ("invoice.created", "connection.offline"):
        event = structs.replace(STORY[type_], aliases=(AT_CONDUCTOR, OLD))
        assert posted("conductor", event)["data"]["endUserId"] == AT_CONDUCTOR
        assert posted("qube", event)["connection_id"] == OLD
        assert posted("chargeover", event)["connection_id"] == AT_CONDUCTOR
        assert posted("snapbooks", event)["data"]["connectionId"] == AT_CONDUCTOR
        assert posted("standard", event)["data"]["connection_id"] == AT_CONDUCTOR
    assert posted("qube", event)["connection"]["id"] == OLD
    assert posted("snapbooks", event)["data"]["object"]["Id"] == AT_CONDUCTOR
    assert posted("chargeover", event)["context_id"] == AT_CONDUCTOR
    assert posted("standard", event)["data"]["object"]["id"] == AT_CONDUCTOR
    in_hexadecimal = structs.replace(event, aliases=("acme-books", OLD))
    assert posted("conductor", in_hexadecimal)["data"]["endUserId"] == f"end_usr_{OLD.replace('-', '')}"
    of_no_vendor = structs.replace(event, aliases=("acme-books",))
    assert posted("conductor", of_no_vendor)["data"]["endUserId"] == f"end_usr_{CONNECTION.replace('-', '')}"
    assert posted("qube", of_no_vendor)["connection_id"] == CONNECTION
