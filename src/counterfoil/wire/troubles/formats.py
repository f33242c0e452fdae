"""Statuses 3000 to 3099: a value that QuickBooks cannot read. Nothing of that request was applied."""

from typing import Final

from counterfoil.wire.troubles.shape import Trouble

_NOT_CHANGED = "Nothing was changed in your company file. The program that sent the request has to correct it."


def _value(code: str, name: str, noun: str, form: str) -> Trouble:
    """A value that could not be converted; `form` is how QuickBooks wants it."""
    return Trouble(
        code,
        name,
        f"QuickBooks could not read {noun}",
        f"QuickBooks could not convert {noun} of the request; its words name the value and the field.",
        f"A request brought {noun} that QuickBooks cannot read. {_NOT_CHANGED}",
        "developer",
        (f"Send {form}.", "Look at QuickBooks' words for the field that is meant."),
        "final",
    )


FORMATS: Final[tuple[Trouble, ...]] = (
    Trouble(
        "3000",
        "QBD_INVALID_ID",
        "An id is not valid",
        "An id of the request has no form that QuickBooks knows, belongs to no record of that kind, or one transaction "
        "is linked both as a whole and by a line.",
        f"A request points to a record that QuickBooks does not have. {_NOT_CHANGED}",
        "developer",
        (
            "Read the list or the transaction anew and send an id from there.",
            "Link a transaction either as a whole or by its lines, not both.",
        ),
        "final",
    ),
    _value("3010", "QBD_INVALID_BOOLEAN", "a yes or no", "`true` or `false`"),
    _value("3020", "QBD_INVALID_DATE", "a date", "a date as `2026-11-25`, between 1901 and 9999"),
    Trouble(
        "3030",
        "QBD_INVALID_DATE_RANGE",
        "A range of dates ends before it begins",
        "The start of a date range is later than its end.",
        f"A request asked for a span of time that ends before it begins. {_NOT_CHANGED}",
        "developer",
        ("Send a range whose start is not after its end.",),
        "final",
    ),
    Trouble(
        "3031",
        "QBD_INVALID_STRING_RANGE",
        "A range of names or numbers is not valid",
        "The `From` and `To` values of a filter make no range.",
        f"A request asked for a range of names or numbers that ends before it begins. {_NOT_CHANGED}",
        "developer",
        ("Send a range whose start does not sort after its end.",),
        "final",
    ),
    _value("3035", "QBD_INVALID_TIME_INTERVAL", "a length of time", "a duration as `PT1H30M`"),
    _value("3040", "QBD_INVALID_AMOUNT", "an amount", "an amount with two decimal places, as `97.50`"),
    _value("3045", "QBD_INVALID_PRICE", "a price", "a price with at most five decimal places"),
    _value("3050", "QBD_INVALID_PERCENTAGE", "a percentage", "a percentage as a plain number, as `8.25`"),
    _value("3060", "QBD_INVALID_QUANTITY", "a quantity", "a quantity with at most five decimal places"),
    _value("3065", "QBD_INVALID_GUID", "an identifier", "a GUID in braces"),
    Trouble(
        "3070",
        "QBD_STRING_TOO_LONG",
        "A text is too long",
        "A text has more characters than QuickBooks holds in that field; its words name the field and the most that it "
        "takes.",
        f"A text in a request is longer than QuickBooks has room for. {_NOT_CHANGED}",
        "developer",
        ("Shorten the text of the field that QuickBooks' words name.",),
        "final",
    ),
    _value("3080", "QBD_INVALID_STRING", "a text", "a text without characters that QuickBooks cannot hold"),
    _value("3085", "QBD_INVALID_NUMBER", "a number", "a number in digits"),
    Trouble(
        "3090",
        "QBD_INVALID_NAME",
        "QuickBooks cannot keep a value",
        "QuickBooks refused to store a value in a field, mostly a name with a colon in it; its words name both.",
        "A name in a request has a form that QuickBooks does not allow; names in its lists may hold no colon. Nothing "
        "was changed.",
        "developer",
        (
            "Send a name without a colon: QuickBooks joins the names of a customer and its job with one.",
            "Look at QuickBooks' words for the field that is meant.",
        ),
        "final",
    ),
)
