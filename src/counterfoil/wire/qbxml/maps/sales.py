"""Invoices, credit memos, estimates and sales receipts.

Plain lines and groups of lines stand in one order, as in the model. QuickBooks Desktop takes no more than 11 characters
for a document's number; an empty one asks for none.
"""

from counterfoil.model.kinds import Amount, Flag, Percentage, Price, Text
from counterfoil.model.lines import CreditToApply, LinkedTransaction, LinkToLine, SalesLine, SalesLineGroup
from counterfoil.model.sales import CreditMemo, Estimate, Invoice, SalesReceipt
from counterfoil.wire.qbxml.converters import NEGATIVE, OPEN_ESTIMATE, address_block, total_at_home
from counterfoil.wire.qbxml.maps.cards import CARD_TRANSACTION
from counterfoil.wire.qbxml.maps.parts import ADDRESS, ADDRESS_BLOCK, CUSTOM_FIELD, CUSTOM_FIELDS, TXN_HEAD
from counterfoil.wire.qbxml.maps.queries import txn_query
from counterfoil.wire.qbxml.table import Map, Part, Row, part, passed, row, told, unkept

LINKED_TRANSACTION = Part(
    LinkedTransaction,
    (
        row("TxnID", "id", "r", kind=Text(36)),
        row("TxnType", "transaction_type", "r"),
        row("TxnDate", "transaction_date", "r"),
        row("RefNumber", "ref_number", "r", kind=Text(20)),
        row("LinkType", "link_type", "r", since="3.0"),
        row("Amount", "amount", "r", convert=NEGATIVE),
    ),
)

CREDIT_TO_APPLY = Part(
    CreditToApply,
    (
        row("CreditTxnID", "credit_transaction_id", "AM"),
        row("AppliedAmount", "applied_amount", "AM"),
        row("Override", "override_credit_application", "am", since="10.0"),
    ),
)

LINK_TO_LINE = Part(
    LinkToLine,
    (
        row("TxnID", "transaction_id", "A"),
        row("TxnLineID", "transaction_line_id", "A"),
    ),
)

_LINE_ID = row("TxnLineID", "id", "Mr", kind=Text(36))
_LINE_BEGIN = (
    _LINE_ID,
    row("ItemRef", "item", "amr", firm=True),
    row("Desc", "description", "amr"),
    row("Quantity", "quantity", "amr", firm=True),
    row("UnitOfMeasure", "unit_of_measure", "amr", since="7.0"),
    row("OverrideUOMSetRef", "override_unit_of_measure_set", "mr", since="7.0"),
    row("Rate", "rate", "amr", choice="rate", firm=True),
    row("RatePercent", "rate_percent", "amr", choice="rate"),
    row("PriceLevelRef", "price_level", "am", since="4.0", choice="rate"),
    row("ClassRef", "class_", "amr"),
    row("Amount", "amount", "amr", firm=True),
)
_LINE_MIDDLE = (
    row("InventorySiteRef", "inventory_site", "amr", since="10.0"),
    row("InventorySiteLocationRef", "inventory_site_location", "amr", since="12.0"),
    row("SerialNumber", "serial_number", "amr", choice="lot"),
    row("LotNumber", "lot_number", "amr", choice="lot"),
    row("ExpirationDateForSerialLotNumber", "expiration_date", "r", since="16.0"),
    row("ServiceDate", "service_date", "amr"),
    row("SalesTaxCodeRef", "sales_tax_code", "amr", firm=True),
    row("OverrideItemAccountRef", "override_item_account", "am", since="2.0", firm=True),
    row("Other1", "other_custom_field1", "amr", since="6.0"),
    row("Other2", "other_custom_field2", "amr", since="6.0"),
)
_LINE_END = (
    part("DataExt", "custom_fields", "a", CUSTOM_FIELD, since="5.0"),
    CUSTOM_FIELDS,
)

_PRICE_RULE = row("OptionForPriceRuleConflict", "price_rule_conflict_strategy", "am", since="13.0")

INVOICE_LINE = Part(
    SalesLine,
    (
        *_LINE_BEGIN,
        _PRICE_RULE,
        *_LINE_MIDDLE,
        part("LinkToTxn", "link_to_transaction_line", "a", LINK_TO_LINE, since="6.0"),
        *_LINE_END,
    ),
    entry="line",
)
CREDIT_MEMO_LINE = Part(
    SalesLine,
    (
        *_LINE_BEGIN,
        *_LINE_MIDDLE,
        passed("CreditCardTxnInfo", "a", since="7.0", table=CARD_TRANSACTION),
        *_LINE_END,
    ),
    entry="line",
)
ESTIMATE_LINE = Part(
    SalesLine,
    (
        _LINE_ID,
        row("ItemRef", "item", "amr", firm=True),
        row("Desc", "description", "amr"),
        row("Quantity", "quantity", "amr", firm=True),
        row("UnitOfMeasure", "unit_of_measure", "amr", since="7.0"),
        row("OverrideUOMSetRef", "override_unit_of_measure_set", "mr", since="7.0"),
        row("Rate", "rate", "amr", choice="rate", firm=True),
        row("RatePercent", "rate_percent", "amr", choice="rate"),
        row("ClassRef", "class_", "amr"),
        row("Amount", "amount", "amr", firm=True),
        _PRICE_RULE,
        row("InventorySiteRef", "inventory_site", "amr", since="10.0"),
        row("InventorySiteLocationRef", "inventory_site_location", "amr", since="12.0"),
        row("SalesTaxCodeRef", "sales_tax_code", "amr", firm=True),
        unkept("MarkupRate", "am", kind=Price(), choice="markup"),
        unkept("MarkupRatePercent", "am", kind=Percentage(), choice="markup"),
        row("PriceLevelRef", "price_level", "am", since="7.0", choice="markup"),
        row("OverrideItemAccountRef", "override_item_account", "a", since="2.0", firm=True),
        row("Other1", "other_custom_field1", "amr", since="6.0"),
        row("Other2", "other_custom_field2", "amr", since="6.0"),
        *_LINE_END,
    ),
    entry="line",
)
SALES_RECEIPT_LINE = Part(
    SalesLine,
    (
        *_LINE_BEGIN,
        _PRICE_RULE,
        *_LINE_MIDDLE,
        unkept("CreditCardTxnInfo", "a", since="7.0", table=CARD_TRANSACTION),
        *_LINE_END,
    ),
    entry="line",
)


def _group(line: str, lines: Part, *, dated: bool) -> Part:
    """Groups of lines; those of a document that is `dated` line by line have a day of their own."""
    day = (row("ServiceDate", "service_date", "ar", since="8.0"),) if dated else ()
    return Part(
        SalesLineGroup,
        (
            _LINE_ID,
            row("ItemGroupRef", "item_group", "Amr", firm=True),
            row("Desc", "description", "r"),
            row("Quantity", "quantity", "amr", firm=True),
            row("UnitOfMeasure", "unit_of_measure", "amr", since="7.0"),
            row("OverrideUOMSetRef", "override_unit_of_measure_set", "mr", since="7.0"),
            row("IsPrintItemsInGroup", "should_print_items_in_group", "r"),
            row("TotalAmount", "total_amount", "r"),
            *day,
            row("InventorySiteRef", "inventory_site", "a", since="10.0"),
            row("InventorySiteLocationRef", "inventory_site_location", "a", since="12.0"),
            part(f"{line}Mod", "lines", "m", lines),
            part(f"{line}Ret", "lines", "r", lines),
            part("DataExt", "custom_fields", "a", CUSTOM_FIELD, since="5.0"),
            CUSTOM_FIELDS,
        ),
        entry="group",
    )


INVOICE_LINE_GROUP = _group("InvoiceLine", INVOICE_LINE, dated=True)
CREDIT_MEMO_LINE_GROUP = _group("CreditMemoLine", CREDIT_MEMO_LINE, dated=True)
ESTIMATE_LINE_GROUP = _group("EstimateLine", ESTIMATE_LINE, dated=False)
SALES_RECEIPT_LINE_GROUP = _group("SalesReceiptLine", SALES_RECEIPT_LINE, dated=True)

_BEGIN = (
    *TXN_HEAD,
    row("CustomerRef", "customer", "Amr", firm=True),
    row("ClassRef", "class_", "amr"),
    row("ARAccountRef", "receivables_account", "amr", firm=True),
    row("TemplateRef", "document_template", "amr", since="3.0", firm=True),
    row("TxnDate", "transaction_date", "amr", firm=True),
    row("RefNumber", "ref_number", "amr", kind=Text(11), blank=True),
    part("BillAddress", "billing_address", "amr", ADDRESS),
    told("BillAddressBlock", lambda sale: address_block(sale.billing_address), table=ADDRESS_BLOCK, since="6.0"),
    part("ShipAddress", "shipping_address", "amr", ADDRESS),
    told("ShipAddressBlock", lambda sale: address_block(sale.shipping_address), table=ADDRESS_BLOCK, since="6.0"),
    row("IsPending", "is_pending", "amr", firm=True),
)
_TERMS = (
    row("PONumber", "purchase_order_number", "amr"),
    row("TermsRef", "terms", "amr"),
    row("DueDate", "due_date", "amr", firm=True),
    row("SalesRepRef", "sales_representative", "amr"),
    row("FOB", "shipment_origin", "amr"),
    row("ShipDate", "shipping_date", "amr", firm=True),
    row("ShipMethodRef", "shipping_method", "amr"),
    row("Subtotal", "subtotal", "r"),
    row("ItemSalesTaxRef", "sales_tax_item", "amr", firm=True),
    row("SalesTaxPercentage", "sales_tax_percentage", "r"),
    row("SalesTaxTotal", "sales_tax_total", "r"),
)
_CURRENCY = (
    row("CurrencyRef", "currency", "r", since="8.0"),
    row("ExchangeRate", "exchange_rate", "r", since="8.0"),
)
_PRINT = (
    row("CustomerMsgRef", "customer_message", "amr"),
    row("IsToBePrinted", "is_queued_for_print", "amr", firm=True),
    row("IsToBeEmailed", "is_queued_for_email", "amr", since="6.0"),
    row("CustomerSalesTaxCodeRef", "sales_tax_code", "amr"),
)
_OTHER = (
    row("Other", "other_custom_field", "amr", since="6.0"),
    row("ExchangeRate", "exchange_rate", "am", since="8.0"),
    row("ExternalGUID", "external_id", "ar", since="9.0"),
)
_LINKED = part("LinkedTxn", "linked_transactions", "r", LINKED_TRANSACTION)


def _lines(line: str, lines: Part, groups: Part, *, needed: bool) -> tuple[Row, ...]:
    """Plain lines and groups; where a document needs one of them, either will do."""
    return tuple(
        part(f"{line}{shape}{suffix}", "lines", verb, table)
        for suffix, verb in (("Add", "A" if needed else "a"), ("Mod", "m"), ("Ret", "r"))
        for shape, table in (("", lines), ("Group", groups))
    )


INVOICES = Map(
    "Invoice",
    "invoices",
    "TxnID",
    "AMQDV",
    Part(
        Invoice,
        (
            *_BEGIN,
            row("IsFinanceCharge", "is_finance_charge", "ar", since="8.0"),
            *_TERMS,
            row("AppliedAmount", "applied_amount", "r", convert=NEGATIVE),
            row("BalanceRemaining", "balance_remaining", "r"),
            *_CURRENCY,
            row("BalanceRemainingInHomeCurrency", "balance_remaining_in_home_currency", "r", since="8.0"),
            row("Memo", "memo", "amr"),
            row("IsPaid", "is_paid", "r", since="2.0"),
            *_PRINT,
            row("SuggestedDiscountAmount", "suggested_discount_amount", "r"),
            row("SuggestedDiscountDate", "suggested_discount_date", "r"),
            *_OTHER,
            row("LinkToTxnID", "link_to_transactions", "a", since="6.0"),
            part("SetCredit", "apply_credits", "am", CREDIT_TO_APPLY, since="10.0"),
            _LINKED,
            *_lines("InvoiceLine", INVOICE_LINE, INVOICE_LINE_GROUP, needed=False),
            CUSTOM_FIELDS,
        ),
    ),
    txn_query("paid", "links"),
)

CREDIT_MEMOS = Map(
    "CreditMemo",
    "credit_memos",
    "TxnID",
    "AMQDV",
    Part(
        CreditMemo,
        (
            *_BEGIN,
            *_TERMS,
            row("TotalAmount", "total_amount", "r"),
            row("CreditRemaining", "credit_remaining", "r", since="2.0"),
            *_CURRENCY,
            row("CreditRemainingInHomeCurrency", "credit_remaining_in_home_currency", "r", since="8.0"),
            row("Memo", "memo", "amr"),
            *_PRINT,
            *_OTHER,
            _LINKED,
            *_lines("CreditMemoLine", CREDIT_MEMO_LINE, CREDIT_MEMO_LINE_GROUP, needed=True),
            CUSTOM_FIELDS,
        ),
    ),
    txn_query("links"),
)

_NUMBER = (
    row("TxnDate", "transaction_date", "amr", firm=True),
    row("RefNumber", "ref_number", "amr", kind=Text(11), blank=True),
    part("BillAddress", "billing_address", "amr", ADDRESS),
    told("BillAddressBlock", lambda sale: address_block(sale.billing_address), table=ADDRESS_BLOCK, since="6.0"),
)
_TAXES = (
    row("Subtotal", "subtotal", "r"),
    row("ItemSalesTaxRef", "sales_tax_item", "amr", firm=True),
    row("SalesTaxPercentage", "sales_tax_percentage", "r"),
    row("SalesTaxTotal", "sales_tax_total", "r"),
    row("TotalAmount", "total_amount", "r"),
    *_CURRENCY,
    told("TotalAmountInHomeCurrency", total_at_home, kind=Amount(), since="8.0"),
    row("Memo", "memo", "amr"),
    row("CustomerMsgRef", "customer_message", "amr"),
)
_EMAIL = row("IsToBeEmailed", "is_queued_for_email", "amr", since="6.0")
_CUSTOMER_TAX_CODE = row("CustomerSalesTaxCodeRef", "sales_tax_code", "amr")

ESTIMATES = Map(
    "Estimate",
    "estimates",
    "TxnID",
    "AMQD",
    Part(
        Estimate,
        (
            *TXN_HEAD,
            row("CustomerRef", "customer", "Amr", firm=True),
            row("ClassRef", "class_", "amr"),
            row("TemplateRef", "document_template", "amr", since="3.0", firm=True),
            *_NUMBER,
            part("ShipAddress", "shipping_address", "amr", ADDRESS, since="7.0"),
            told(
                "ShipAddressBlock", lambda sale: address_block(sale.shipping_address), table=ADDRESS_BLOCK, since="7.0"
            ),
            row("IsActive", "status", "amr", since="3.0", kind=Flag(), convert=OPEN_ESTIMATE, firm=True),
            unkept("CreateChangeOrder", "m", kind=Flag()),
            row("PONumber", "purchase_order_number", "amr"),
            row("TermsRef", "terms", "amr"),
            row("DueDate", "due_date", "amr", firm=True),
            row("SalesRepRef", "sales_representative", "amr"),
            row("FOB", "shipment_origin", "amr"),
            *_TAXES,
            _EMAIL,
            _CUSTOMER_TAX_CODE,
            *_OTHER,
            _LINKED,
            *_lines("EstimateLine", ESTIMATE_LINE, ESTIMATE_LINE_GROUP, needed=True),
            CUSTOM_FIELDS,
        ),
    ),
    txn_query("links"),
)

SALES_RECEIPTS = Map(
    "SalesReceipt",
    "sales_receipts",
    "TxnID",
    "AMQDV",
    Part(
        SalesReceipt,
        (
            *TXN_HEAD,
            row("CustomerRef", "customer", "amr"),
            row("ClassRef", "class_", "amr"),
            row("TemplateRef", "document_template", "amr", since="3.0", firm=True),
            *_NUMBER,
            part("ShipAddress", "shipping_address", "amr", ADDRESS),
            told(
                "ShipAddressBlock", lambda sale: address_block(sale.shipping_address), table=ADDRESS_BLOCK, since="6.0"
            ),
            row("IsPending", "is_pending", "amr", firm=True),
            row("CheckNumber", "payment_ref_number", "amr", kind=Text(25)),
            row("PaymentMethodRef", "payment_method", "amr"),
            row("DueDate", "due_date", "amr"),
            row("SalesRepRef", "sales_representative", "amr"),
            row("ShipDate", "shipping_date", "amr", firm=True),
            row("ShipMethodRef", "shipping_method", "amr"),
            row("FOB", "shipment_origin", "amr"),
            *_TAXES,
            row("IsToBePrinted", "is_queued_for_print", "amr", firm=True),
            _EMAIL,
            _CUSTOMER_TAX_CODE,
            row("DepositToAccountRef", "deposit_to_account", "amr", firm=True),
            unkept("CreditCardTxnInfo", "a", since="4.1", table=CARD_TRANSACTION),
            *_OTHER,
            *_lines("SalesReceiptLine", SALES_RECEIPT_LINE, SALES_RECEIPT_LINE_GROUP, needed=True),
            CUSTOM_FIELDS,
        ),
    ),
    txn_query(),
)
