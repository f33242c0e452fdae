"""The figures of stored documents: line numbers and totals."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from counterfoil.core.money import ZERO, rounded
from counterfoil.emulators.online.refusals import Error, Refused
from counterfoil.emulators.online.stored import Stored

Json = dict[str, Any]


def amount_of(value: Any) -> Decimal:
    """An amount as clients write it: a number, or its text; nothing is nil."""
    if value in (None, ""):
        return ZERO
    try:
        return rounded(Decimal(str(value)))
    except InvalidOperation:
        raise Refused(Error("2140", "Invalid Amount", f"Supplied value:{value}")) from None


def figured(row: Stored, document: Json, before: Sequence[Json] = ()) -> Json:
    """The document with its lines numbered and, where the row says so, summed up."""
    if "Line" not in document:
        return document
    lines = numbered(_lines(document["Line"]), before)
    if not row.has_total:
        return document | {"Line": lines}
    tax = amount_of((document.get("TxnTaxDetail") or {}).get("TotalTax"))
    return document | {"Line": lines, "TotalAmt": sum((amount_of(line.get("Amount")) for line in lines), tax)}


def numbered(lines: Iterable[Json], before: Sequence[Json]) -> list[Json]:
    """Lines keep the ids that the document knows; all others get the next ones."""
    known = {str(line["Id"]) for line in before if "Id" in line}
    last = max((int(id) for id in known if id.isdecimal()), default=0)
    result: list[Json] = []
    for line in lines:
        id = str(line.get("Id", ""))
        if id not in known:
            last += 1
            id = str(last)
        made = {"Id": id, "LineNum": len(result) + 1, **{key: each for key, each in line.items() if key != "Id"}}
        if "Amount" in line:
            made["Amount"] = amount_of(line["Amount"])
        result.append(made)
    return result


def _lines(given: Any) -> list[Json]:
    lines = given if isinstance(given, list) else [given]
    if not all(isinstance(line, dict) for line in lines):
        raise Refused(Error("2010", "Request has invalid or unsupported property", "Property Name:Line", "Line"))
    return lines
