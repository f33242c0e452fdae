"""Bills and vendors' credits."""

from decimal import Decimal
from typing import Any, Final

from counterfoil.core.money import ZERO
from counterfoil.wire.qbo.forms import DAY, MONEY, TEXT, to
from counterfoil.wire.qbo.maps.addresses import address
from counterfoil.wire.qbo.maps.parts import CUSTOM_FIELDS, ENTITY, currency_rows
from counterfoil.wire.qbo.maps.purchase_lines import asked_lines, heard_lines, lines_of
from counterfoil.wire.qbo.maps.sales import NOTE, heard_links, linked
from counterfoil.wire.qbo.table import Entity, Filter, Json, Known, Row, own, row


def _heard_balance(given: Json, known: Known) -> dict[str, Any]:
    balance = MONEY.read(given["Balance"], known)
    return {"balance_remaining": balance, "is_paid": balance == ZERO}


def _home_balance(bill: Any, known: Known) -> Decimal | None:
    return bill.balance_remaining_in_home_currency if known.is_foreign(bill.currency) else None


PARTIES: Final[tuple[Row, ...]] = (
    row("VendorRef", "vendor", to("names"), required=True),
    address("VendorAddr", "vendor_address"),
    row("APAccountRef", "payables_account", to("accounts"), "kept"),
    row("DepartmentRef", "department", to("departments")),
)
DOCUMENT: Final[tuple[Row, ...]] = (
    Row(
        "TotalAmt",
        "total_amount",
        MONEY,
        told=lambda purchase, _known: purchase.total_amount or ZERO,
        use="own",
    ),
    row("DocNumber", "ref_number", TEXT, most=21),
    row("TxnDate", "transaction_date", DAY),
    *currency_rows(),
    NOTE,
    Row("LinkedTxn", told=linked, heard=heard_links, use="own"),
    Row("Line", "lines", told=lines_of, heard=heard_lines, asked=asked_lines, required=True),
    *ENTITY,
    CUSTOM_FIELDS,
)
FILTERS: Final = {
    "docnumber": Filter("ref_number", "text"),
    "txndate": Filter("date", "day"),
    "vendorref": Filter("vendor_id", "names"),
    "metadata.lastupdatedtime": Filter("updated_at", "moment"),
    "metadata.createtime": Filter("created_at", "moment"),
}
EXTRA: Final = frozenset(
    {
        "GlobalTaxCalculation",
        "IncludeInAnnualTPAR",
        "RecurDataRef",
        "ReplyEmail",
        "TransactionLocationType",
        "TxnTaxDetail",
    }
)
"""Keys of purchases that the model's fields do not hold: no tax is worked out for what is bought."""

BILL: Final = Entity(
    "Bill",
    ("bills",),
    (
        *PARTIES,
        row("SalesTermRef", "terms", to("terms")),
        row("DueDate", "due_date", DAY),
        Row("Balance", "balance_remaining", MONEY, heard=_heard_balance, use="own"),
        Row("HomeBalance", "balance_remaining_in_home_currency", MONEY, told=_home_balance, use="own"),
        *DOCUMENT,
    ),
    filters=FILTERS,
    made=("bills",),
    extra=EXTRA,
)
VENDOR_CREDIT: Final = Entity(
    "VendorCredit",
    ("vendor_credits",),
    (
        *PARTIES,
        own("Balance", "credit_remaining", MONEY),
        *DOCUMENT,
    ),
    filters=FILTERS,
    made=("vendor_credits",),
    extra=EXTRA,
)
