"""Recurring transactions: a transaction of another entity within, which is sent and told as it is."""

from typing import Any

from counterfoil.emulators.online.refusals import missing

Json = dict[str, Any]


def kept_of(given: Json) -> Json:
    """What is sent, `{"Invoice": {…}}` → what is kept, with the entity as its `Type`. Raises Refused."""
    inner = {key: each for key, each in given.items() if isinstance(each, dict) and key[:1].isupper()}
    if len(inner) != 1:
        raise missing("RecurringTransaction")
    name, transaction = next(iter(inner.items()))
    if "RecurringInfo" not in transaction and not transaction.get("Id"):
        raise missing("RecurringInfo")
    return {**transaction, "Type": name}


def told_of(document: Json) -> Json:
    """What is kept → what is told."""
    return {document["Type"]: {key: each for key, each in document.items() if key != "Type"}}
