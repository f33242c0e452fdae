"""The envelopes of answers: which keys stand before the object differs from address to address, as printed."""

from typing import Any

from counterfoil.dialects.snapbooks.assumed import ENVELOPE_TYPE
from counterfoil.dialects.snapbooks.call import Call
from counterfoil.dialects.snapbooks.errors import told

Answer = dict[str, Any]


def operation(call: Call, **values: Any) -> Answer:
    """What a create, a search or a query answers."""
    head = {"success": True, "type": ENVELOPE_TYPE, "message": "", "details": _details(call)}
    return head | values


def plain_answer(call: Call, **values: Any) -> Answer:
    """What an update, a deletion or a void answers."""
    return {"success": True, "message": None, "details": _details(call)} | values


def _details(call: Call) -> list[dict[str, str]]:
    return [told(notice) for notice in (*call.done, *call.notices)]
