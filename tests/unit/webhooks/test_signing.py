"""Signatures are checked by what nobody here wrote: QUBE's own verifier, and Standard Webhooks' specification."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qubesync import webhooks as qubes

from counterfoil.core.secrets import new_webhook_secret
from counterfoil.webhooks.signing import headers, posted

NOW = 1_769_331_723
BODY = '{"type":"invoice.created","data":{"object":{"memo":"Café"}}}'.encode()
SPECIFIED = ("conductor", "snapbooks", "standard", "some dialect to come")


def specified_verify(secret: str, given: dict[str, str], body: bytes, now: int) -> bool:
    """Standard Webhooks 1.0.0, "Verifying webhook authenticity", taken at its words.

    The key is what follows `whsec_`, out of base64; the content `id.timestamp.payload`; the header a list parted by
    spaces of signatures, each with its version and a comma before it; the timestamp within five minutes.
    """
    assert secret[:6] == "whsec_"
    key = base64.b64decode(secret[6:], validate=True)
    if abs(now - int(given["webhook-timestamp"])) > 300:
        return False
    content = given["webhook-id"].encode() + b"." + given["webhook-timestamp"].encode() + b"." + body
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    versions = (each.split(",", 1) for each in given["webhook-signature"].split(" "))
    return any(version == "v1" and hmac.compare_digest(signature, expected) for version, signature in versions)


@pytest.mark.parametrize("dialect", SPECIFIED)
def test_each_active_secret_verifies_by_the_specification(dialect: str) -> None:
    old, new, strange = new_webhook_secret(), new_webhook_secret(), new_webhook_secret()
    told = headers(dialect, [old, new], "msg_1", NOW, BODY)
    assert told.keys() == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert specified_verify(old, told, BODY, NOW + 300)
    assert specified_verify(new, told, BODY, NOW)
    assert not specified_verify(strange, told, BODY, NOW)
    assert not specified_verify(new, told, BODY.replace(b"created", b"deleted"), NOW)
    assert not specified_verify(new, {**told, "webhook-id": "msg_2"}, BODY, NOW)
    assert not specified_verify(new, {**told, "webhook-timestamp": str(NOW + 1)}, BODY, NOW)
    assert not specified_verify(new, told, BODY, NOW + 301)


def test_the_published_example_of_the_specification() -> None:
    told = headers(
        "standard",
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert told["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_are_of_the_form_that_the_specification_asks_for() -> None:
    for _ in range(20):
        secret = new_webhook_secret()
        assert secret.startswith("whsec_")
        assert 24 <= len(base64.b64decode(secret[6:], validate=True)) <= 64


def test_a_secret_that_was_brought_along_and_is_no_base64_is_its_own_key() -> None:
    secret = "our old secret!"
    told = headers("standard", [secret], "msg_1", NOW, BODY)
    content = f"msg_1.{NOW}.".encode() + BODY
    expected = base64.b64encode(hmac.new(secret.encode(), content, hashlib.sha256).digest()).decode()
    assert told["webhook-signature"] == f"v1,{expected}"


def test_qubes_own_verifier_takes_each_active_secret_and_no_other() -> None:
    old, new = new_webhook_secret(), new_webhook_secret()
    told = headers("qube", [old, new], "msg_1", NOW, BODY)
    assert told.keys() == {"X-QUBE-Signature"}
    for secret in (old, new):
        event = qubes.verify(BODY, told["X-QUBE-Signature"], [secret], now=NOW)
        assert event.body == json.loads(BODY)
    for secret, body, now in ((new_webhook_secret(), BODY, NOW), (new, BODY + b" ", NOW), (new, BODY, NOW + 301)):
        with pytest.raises(qubes.SignatureError):
            qubes.verify(body, told["X-QUBE-Signature"], [secret], now=now)


@given(st.binary(max_size=200), st.text(min_size=1, max_size=40))
def test_any_body_and_any_secret_can_be_signed(body: bytes, secret: str) -> None:
    for dialect in ("qube", "chargeover", *SPECIFIED):
        assert headers(dialect, [secret], "msg_1", NOW, body) == headers(dialect, [secret], "msg_1", NOW, body)


def test_chargeover_is_shown_the_newest_secret_in_a_header_and_in_the_body() -> None:
    stored = b'{"context_str":"invoice","context_id":17,"event":"insert","data":{}}'
    told = headers("chargeover", ["old", "new"], "msg_1", NOW, stored, source="books.example.com")
    assert told == {
        "X-ChargeOver-Key": "new",
        "X-Chargeover-Source": "books.example.com",
        "webhook-id": "msg_1",
    }
    sent = posted("chargeover", ["old", "new"], stored)
    assert json.loads(sent) == {**json.loads(stored), "security_token": "new"}


def test_a_token_fits_any_object_and_any_spelling() -> None:
    assert json.loads(posted("chargeover", ['a "quoted" one'], b" { } \n")) == {"security_token": 'a "quoted" one'}
    assert json.loads(posted("chargeover", ["s"], b'{"a": {"b": 1}}\n')) == {"a": {"b": 1}, "security_token": "s"}


def test_all_other_bodies_leave_as_they_are_stored() -> None:
    for dialect in ("qube", *SPECIFIED):
        assert posted(dialect, ["secret"], BODY) == BODY
    assert posted("chargeover", [], b"{}") == b"{}"
