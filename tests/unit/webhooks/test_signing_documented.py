"""What docs/reference/webhooks.md shows is true: its code verifies, its bodies are those that are sent."""

import json
import re
import time
from pathlib import Path
from typing import Any, Final

import pytest

from counterfoil.core.secrets import new_webhook_secret
from counterfoil.webhooks.signing import headers

ROOT: Final = Path(__file__).parents[3]
PAGE: Final = (ROOT / "docs" / "reference" / "webhooks.md").read_text(encoding="utf-8")
BODIES: Final = re.findall(r"^```json (\w+) (\S+)\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_the_verifier_that_is_shown_verifies() -> None:
    code = re.search(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert code is not None
    shown: dict[str, Any] = {}
    exec(code.group(1), shown)
    is_genuine, secret, now, body = shown["is_genuine"], new_webhook_secret(), int(time.time()), b'{"a": 1}'
    sent = headers("standard", [new_webhook_secret(), secret], "msg_1", now, body)
    assert is_genuine(secret, sent, body)
    assert not is_genuine(secret, sent, body + b" ")
    assert not is_genuine(new_webhook_secret(), sent, body)
    assert not is_genuine(secret, headers("standard", [secret], "msg_1", now - 1000, body), body)


def test_a_body_is_shown_for_each_dialect() -> None:
    assert [dialect for dialect, _, _ in BODIES] == ["conductor", "qube", "snapbooks", "chargeover", "standard"]


@pytest.mark.parametrize(("dialect", "type_", "shown"), BODIES, ids=[f"{each[0]}-{each[1]}" for each in BODIES])
def test_the_bodies_that_are_shown_are_those_that_are_sent(dialect: str, type_: str, shown: str) -> None:
    golden = ROOT / "tests" / "golden" / "letters" / f"{dialect}.json"
    assert json.loads(shown) == json.loads(golden.read_text(encoding="utf-8"))[type_]
