"""The names of qbXML's requests: of all that QuickBooks Desktop knows, not only of those that are served here.

A document with a name that QuickBooks does not know, it does not read at all.
"""

from difflib import get_close_matches
from functools import cache
from typing import Final

from counterfoil.wire.qbxml.messages import LIST_TYPES, MESSAGES, TXN_TYPES

VERBS: Final = ("Add", "Mod", "Query", "Del", "Void", "Merge")
OTHERS: Final = frozenset(
    {
        "AccountTaxLineInfo",
        "BarCode",
        "BillToPay",
        "ClearedStatus",
        "Company",
        "CompanyActivity",
        "DataEventRecoveryInfo",
        "DataExt",
        "DataExtDef",
        "Entity",
        "Form1099CategoryAccountMapping",
        "Host",
        "Item",
        "ItemAssembliesCanBuild",
        "ItemSites",
        "Lead",
        "List",
        "ListDeleted",
        "ListDisplay",
        "PayrollLastPeriod",
        "Preferences",
        "ReceivePaymentToDeposit",
        "SalesTaxPayable",
        "SalesTaxReturn",
        "SalesTaxReturnLine",
        "SpecialAccount",
        "SpecialItem",
        "Template",
        "Terms",
        "Transaction",
        "Transfer",
        "Txn",
        "TxnDeleted",
        "TxnDisplay",
    }
)
"""What requests are about beside the kinds of transactions and list objects; of reports, the name ends in `Report`."""


def is_known(name: str) -> bool:
    """Whether QuickBooks may know a request of this name: its subject is one of qbXML's, and so is its verb."""
    stem = name.removesuffix("Rq")
    verb = next((each for each in VERBS if stem.endswith(each)), None)
    if verb is None or stem == name:
        return False
    subject = stem.removesuffix(verb)
    if subject in OTHERS or subject in TXN_TYPES or subject in LIST_TYPES:
        return True
    return verb == "Query" and len(subject) > len("Report") and subject.endswith("Report")


def nearest(name: str) -> str | None:
    """The name that was perhaps meant."""
    found = get_close_matches(name[:60], _likely(), 1, 0.8)
    return found[0] if found else None


@cache
def _likely() -> tuple[str, ...]:
    """The names that people write: those that are served here, and those of all queries."""
    queries = (f"{subject}QueryRq" for subject in (*TXN_TYPES, *LIST_TYPES))
    return tuple(sorted({*MESSAGES, *queries}))
