"""What the vendor does not document and we chose: each choice once, by name."""

from collections.abc import Mapping
from typing import Final

CUSTOM_NUMBERS: Final = False
QUERY_DATA: Final = "data"
QUERY_COUNT: Final = "totalCount"
SHIPPING_ITEM: Final = "Shipping"
SHIPPING_ACCOUNTS: Final = ("Shipping and Delivery Income", "Uncategorized Income")
ENVELOPE_TYPE: Final = "Operation"
YEARS_OF_TWO_DIGITS: Final = 2000
MOST_SCANNED: Final = 20_000
EXEMPT_REASONS: Final = range(1, 10)
EXEMPT: Final = "exempt"
LARGEST_NUMBER: Final = 2**63
INTUITS_BOOKS: Final = frozenset({"online"})

ASSUMPTIONS: Final[Mapping[str, str]] = {
    "CUSTOM_NUMBERS": "Whether companies give their own document numbers (Intuit's CustomTxnNumbers): they do not, and "
    "the books count on.",
    "QUERY_DATA": "The answer to a query holds its objects in `data`, a list however many they are.",
    "QUERY_COUNT": "The answer to SELECT COUNT(*) holds the number in `totalCount`.",
    "SHIPPING_ITEM": "`shipAmount` is charged with the item of this name; it is made where there is none, and "
    "`details` says so. Answers call it SHIPPING_ITEM_ID, as Intuit does.",
    "INTUITS_BOOKS": "In the books of QuickBooks Online `shipAmount` is a line of SHIPPING_ITEM_ID, and no item is "
    "made.",
    "SHIPPING_ACCOUNTS": "A new shipping item earns for the first of these accounts that there is.",
    "ENVELOPE_TYPE": "The `type` of an answer that is no error, where there is one.",
    "YEARS_OF_TWO_DIGITS": "The century of 12/18/18.",
    "MOST_SCANNED": "How many objects a query may look through before it is asked to be narrower.",
    "EXEMPT_REASONS": "The reasons for which a customer may be exempt of tax.",
    "LARGEST_NUMBER": "Ids from here on are no numbers of ours; books that name their objects by digits have such.",
    "EXEMPT": "What a tax code without tax is called, where several are and a Canadian line is to have none.",
    "errors": "No page of the vendor's shows an error: statuses and types are in `errors.SHAPES`.",
    "address": "`address` is the first line of the billing address, as in the printed answer; `company` and `phone` "
    "are kept beside the invoice, and make the customer where `createCustomer` is asked for.",
    "address ids": "An address has the id of its document or person.",
    "line ids": "A line's Id is how far it comes after its invoice in the books' counter: 1, 2, 3 in a new one.",
    "sync token": "How many seconds an object's revision is later than its creation: 0 for what nobody has changed.",
    "billAmount": "What the whole line comes to; the unit price is that by `units`.",
    "update": "An update changes what it names. Lines that are sent replace all lines, shipping among them, and "
    "without an override in the same update their tax is computed again.",
    "unknown keys": "They are ignored, and `details` says so.",
    "null and empty": "Null says nothing. An empty text says nothing, but in an update takes a text away.",
    "customerId of a payment": "The invoice's customer where it is not said; another one is refused.",
    "over-payment": "What a payment has beyond the invoice's balance stays as UnappliedAmt, and `details` says so.",
    "alias of Item": "Items tell their id as `id` too, as the printed fragment of a query does.",
    "alias of Preferences": "Preferences tell CustomTxnNumbers at the top too, as the printed fragment does.",
    "TaxRate for TaxCode": "In Canada `taxCodeRef` is a tax code's id; a rate's id stands for the only code with it.",
    "bills": "Bills are not served; they are refused by name.",
    "updated person": "An update of a customer or vendor answers as a create does, without `alreadyExisted`.",
    "order of keys": "Invoices, payments, lines and classes are ordered as printed; others as Intuit's are known.",
}
"""Every choice in a sentence, for the table of fields. Names in capitals are constants above."""
