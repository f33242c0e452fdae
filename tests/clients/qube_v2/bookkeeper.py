"""Somebody who keeps books through the vendor's second client alone, whatever books lie behind it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from tests.clients.qube_v2.desk import Desk

HOOK: Final = "http://127.0.0.1:9/hook"
"""Nobody listens there: for requests whose post does not matter."""


class Bookkeeper:
    """Queues operations and waits for their answers; after each change the books must be `sound`."""

    def __init__(self, desk: Desk, connection: str, sound: Callable[[], list[Any]], *, is_quickbooks: bool) -> None:
        self.desk = desk
        self.client = desk.client
        self.connection = connection
        self.sound = sound
        self.is_quickbooks = is_quickbooks

    def ask(self, operation: str, given: Any = None) -> Any:
        """The answer of an operation: what stands within its message."""
        queued = self.client.queue(operation, self.connection, given, webhook_url=HOOK)
        if queued["state"] not in ("response_received", "error"):
            queued = self.desk.in_state(self.connection, queued["id"], "response_received", "error")
        told = queued["response_json"][0]["QBXMLMsgsRs"]
        (answer,) = (value for key, value in told.items() if not key.startswith("@"))
        return answer

    def change(self, operation: str, given: Any = None) -> Any:
        """The object that a change left, or nothing where it took one away."""
        answer = self.ask(operation, given)
        assert answer["@statusCode"] == 0, answer["@statusMessage"]
        assert self.sound() == []
        return next((value[0] for key, value in answer.items() if key.endswith("Ret")), None)

    def find(self, operation: str, given: Any = None) -> list[Any]:
        """All that a query finds; it is not asked for page by page."""
        answer = self.ask(operation, {"max_returned": 50, **(given or {})})
        assert answer["@statusCode"] in (0, 1), answer["@statusMessage"]
        found: list[Any] = next((value for key, value in answer.items() if key.endswith("Ret")), [])
        return found

    def get(self, operation: str, identifier: str) -> Any:
        (found,) = self.find_by_id(operation, identifier)
        return found

    def find_by_id(self, operation: str, identifier: str) -> list[Any]:
        answer = self.ask(operation, {"txn_id": identifier, "include_line_items": True})
        found: list[Any] = next((value for key, value in answer.items() if key.endswith("Ret")), [])
        return found

    def account(self, name: str, account_type: str) -> str:
        made = self.change("account.create", {"name": name, "account_type": account_type})
        identifier: str = made["ListID"]
        return identifier

    def list_id(self, operation: str, given: Any) -> str:
        identifier: str = self.change(operation, given)["ListID"]
        return identifier

    def delete(self, kind: str, identifier: str) -> None:
        self.change("txn.delete", {"txn_del_type": kind, "txn_id": identifier})

    def void(self, kind: str, identifier: str) -> None:
        self.change("txn_void.execute", {"txn_void_type": kind, "txn_id": identifier})


def money(told: Any) -> Any:
    return Decimal(str(told))


def seen(thing: Any) -> dict[str, Any]:
    """What names an object as it was read, for a change of it."""
    return {"txn_id": thing["TxnID"], "edit_sequence": thing["EditSequence"]}


def of(identifier: str) -> dict[str, str]:
    return {"list_id": identifier}
