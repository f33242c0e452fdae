"""A little of what Intuit does with what it is sent: enough to answer as it would, without the code under test."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
TIMES = {"CreateTime": "2020-01-01T00:00:00-08:00", "LastUpdatedTime": "2020-01-02T00:00:00-08:00"}


def answered(entity: str, body: Mapping[str, Any], *, tax_percent: str = "0") -> dict[str, Any]:
    """The object that Intuit keeps of a request, without the envelope."""
    kept = {key: value for key, value in body.items() if value not in (None, "")}
    kept |= {"domain": "QBO", "sparse": False, "Id": body.get("Id", "700"), "MetaData": TIMES}
    kept["SyncToken"] = str(int(body["SyncToken"]) + 1) if "SyncToken" in body else "0"
    if entity in ("Invoice", "CreditMemo"):
        _sale(kept, Decimal(tax_percent))
    elif entity == "Payment":
        kept["UnappliedAmt"] = kept["TotalAmt"] - _cash(kept.get("Line", []))
    elif entity == "Customer":
        parent = "Parent:" if "ParentRef" in kept else ""
        kept["FullyQualifiedName"] = parent + kept["DisplayName"]
    elif entity in ("Item", "Class", "Account"):
        kept["FullyQualifiedName"] = ("Parent:" if "ParentRef" in kept else "") + kept["Name"]
    return kept


def _cash(lines: list[dict[str, Any]]) -> Decimal:
    total = Decimal(0)
    for line in lines:
        sign = -1 if line["LinkedTxn"][0]["TxnType"] == "CreditMemo" else 1
        total += sign * line["Amount"]
    return total


def _sale(kept: dict[str, Any], percent: Decimal) -> None:
    lines = [line for line in kept["Line"] if line["DetailType"] != "SubTotalLineDetail"]
    numbers = [int(line["Id"]) for line in lines if line.get("Id")]
    for line in lines:
        if line["DetailType"] == "GroupLineDetail" and "Line" not in line["GroupLineDetail"]:
            line["Amount"] = Decimal("0.00")
        if line["DetailType"] == "SalesItemLineDetail":
            _check_product(line)
        if not line.get("Id"):
            numbers.append(max(numbers, default=0) + 1)
            line["Id"] = str(numbers[-1])
    before = [line for line in lines if not _is_after(line)]
    after = [line for line in lines if _is_after(line)]
    subtotal = sum((line.get("Amount", Decimal(0)) for line in before), Decimal(0))
    end: dict[str, Any] = {"Amount": subtotal, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    kept["Line"] = [*before, end, *after]
    net = subtotal
    for line in after:
        net += -line["Amount"] if line["DetailType"] == "DiscountLineDetail" else line["Amount"]
    detail = dict(kept.get("TxnTaxDetail", {}))
    if "TotalTax" in detail:
        detail["TaxReviewStatus"] = "AST_TAX_OVERRIDE"
    else:
        base = sum((line["Amount"] for line in before if _is_taxable(line)), Decimal(0))
        tax = (base * percent / 100).quantize(CENT, ROUND_HALF_UP)
        rate = {"TaxRateRef": {"value": "3"}, "PercentBased": True, "TaxPercent": percent, "NetAmountTaxable": base}
        detail["TotalTax"] = tax
        detail["TaxLine"] = [{"Amount": tax, "DetailType": "TaxLineDetail", "TaxLineDetail": rate}]
    kept["TxnTaxDetail"] = detail
    kept["TotalAmt"] = kept["Balance"] = net + detail["TotalTax"]


def _check_product(line: dict[str, Any]) -> None:
    """Fault 6070."""
    detail = line["SalesItemLineDetail"]
    if "Qty" in detail and "UnitPrice" in detail:
        product = (Decimal(detail["Qty"]) * detail["UnitPrice"]).quantize(CENT, ROUND_HALF_UP)
        assert product == line["Amount"].quantize(CENT, ROUND_HALF_UP), "6070"


def _is_after(line: dict[str, Any]) -> bool:
    item = line.get("SalesItemLineDetail", {}).get("ItemRef", {}).get("value")
    return bool(line["DetailType"] == "DiscountLineDetail" or item == "SHIPPING_ITEM_ID")


def _is_taxable(line: dict[str, Any]) -> bool:
    code = line.get("SalesItemLineDetail", {}).get("TaxCodeRef", {}).get("value")
    return bool(code == "TAX")
