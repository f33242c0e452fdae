"""What no document of this vendor tells, and what was chosen: every assumption of the dialect has its name here."""

from collections.abc import Mapping
from typing import Final

# Tax overrides: the page that promises them names no field.

TAX_ON_INVOICE: Final = ("taxes", "tax_override", "tax_total", "tax_amount")
"""Names under which an invoice takes its whole tax: a number, or a list of entries whose amounts are added up."""

TAX_ON_LINE: Final = ("tax_total", "tax_override", "tax_amount")
"""Names under which a line takes its tax. Lines without one bear none as soon as another line has one."""

TAX_IN_ENTRY: Final = ("amount", "tax_total", "tax_amount")
"""Where the amount of one entry of a list of taxes stands."""


ECHO_CHANGES_NOTHING: Final = True
"""What a PUT sends back just as it was read, a tax among it, is no change: clients send whole objects back."""

# Queries.

DEFAULT_LIMIT: Final = 10
"""Objects in a list whose `limit` is not given."""

MOST_AT_ONCE: Final = 500
"""The largest `limit`; more is refused, so that nobody takes a shortened list for the whole."""

MOST_SCANNED: Final = 10_000
"""Objects that one query looks at where the books cannot answer its conditions by themselves."""

ORDER_ALIASES: Final[Mapping[str, str]] = {"invoice_date": "date"}
"""Clients order and create by `invoice_date`; answers call the field `date`."""

# Names that were not found in any document.

LINE_REFERENCES: Final = ("item_id", "item_external_key", "item_token")
"""The two others follow the three ways of naming a customer."""

CUSTOM_LONGEST: Final = 255
KEY_LONGEST: Final = 255
TAG_LONGEST: Final = 64
MOST_TAGS: Final = 50

PAYCYCLES: Final[Mapping[str, str]] = {
    "evy": "Every billing cycle",
    "dly": "Daily",
    "1wk": "Every week",
    "2wk": "Every other week",
    "116": "1st and the 16th",
    "4wk": "Every four weeks",
    "8wk": "Every eight weeks",
    "30d": "Every 30 days",
    "mon": "Monthly",
    "2mn": "Every other month",
    "12w": "Every twelve weeks",
    "fst": "First of the month",
    "lst": "Last of the month",
    "qtr": "Quarterly",
    "six": "Every six months",
    "yrl": "Yearly",
    "2yr": "Every 2 years",
    "3yr": "Every 3 years",
    "4yr": "Every 4 years",
    "5yr": "Every 5 years",
    "10y": "Every 10 years",
    "one": "One-time",
}
"""The codes are documented; the names of `fst`, `lst` and `one` are not."""

SYMBOLS: Final[Mapping[str, str]] = {
    "USD": "$",
    "CAD": "$",
    "AUD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
}
"""Symbols of currencies; the code itself stands for one that is not here."""

# Money.

INCOME_ACCOUNTS: Final = ("Sales", "Services", "Uncategorized Income")
"""Where a new service or product posts to: the first of these that exists, else the first income account."""

DISCOUNT_ACCOUNTS: Final = ("Sales Discounts", "Discounts")
"""Where a new discount, and a credit without an item, post to: the first of these, else as above."""

FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "invoice": frozenset({*TAX_ON_INVOICE, "tags", "due_date", "no_late_fees", "no_processing_fees"}),
    "line_item": frozenset({*TAX_ON_LINE, *LINE_REFERENCES[1:], "tags"}),
    "item": frozenset({"type", "pricemodel", "tiersets"}),
    "class": frozenset({"class_name", "name", "external_key"}),
    "terms": frozenset({"terms_name", "terms_days", "name", "external_key"}),
    "transaction": frozenset({"date", "memo"}),
}
"""Fields of requests whose name, or whose meaning, no document tells."""

BEHAVIOUR: Final = (
    "Nobody charges a card here: `pay` records that money was received, by the means that the request describes.",
    "Voiding a payment takes it out of the books, which have no voided one; its invoices are open again.",
    "Posting an invoice makes no other one: its `paycycle` labels a period.",
    "In `where`, EQUALS minds capitals and CONTAINS does not; conditions on unknown fields are refused.",
    "The main contact of a customer has the customer's own number.",
    "A PUT without `taxes` keeps the tax that was asked for before; `null` has the books compute it again.",
    "A voided invoice goes on telling the figures that it had, and has no balance.",
)
"""What this dialect does where the documents are silent; the description for machines tells it, too."""

# Signatures.

CLOCK_SECONDS: Final = 300
"""How far a signature's time may be off."""

MOST_NONCES: Final = 50_000
"""Nonces remembered for one key; beyond that, times older than the oldest one forgotten are refused."""

# Errors.

EXPLAINED_IN_DETAILS: Final = False
"""The printed answer of a wrong request has empty `details`; what is wrong is told in a header instead."""

UNSIGNED: Final = "Missing (basic) authorization header."
WRONG_KEY: Final = "The keys do not match, or have been revoked."
WRONG_SIGNATURE: Final = "The signature does not match."
STALE_SIGNATURE: Final = "The timestamp of the signature is too far off."
REPLAYED_SIGNATURE: Final = "This nonce was used before."
"""Only the first of these reasons is printed in a document."""
