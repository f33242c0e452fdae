"""Status codes: what QuickBooks answers to one request of a document that it could read.

Meanings are those of the vendor's reference and of published answers. What a refused request asked for was not applied;
codes below 500 inform, those up to 999 warn. Values that cannot be read (30xx) are in `formats`, the
other refusals in `refusals`.
"""

from typing import Final

from counterfoil.wire.troubles.formats import FORMATS
from counterfoil.wire.troubles.refusals import REFUSALS
from counterfoil.wire.troubles.shape import Trouble


def _said(code: str, name: str, title: str, developer: str, bookkeeper: str, *steps: str) -> Trouble:
    """An answer that informs or warns: what was asked for was done, or there was nothing to be done."""
    return Trouble(code, name, title, developer, bookkeeper, "developer", steps, "final")


INFORMATION: Final[tuple[Trouble, ...]] = (
    _said(
        "0",
        "QBD_OK",
        "Done",
        "QuickBooks carried the request out.",
        "All is well.",
        "Nothing is to be done.",
    ),
    _said(
        "1",
        "QBD_NOTHING_FOUND",
        "Nothing was found",
        "No record matches the filters of the query: an empty list, no error.",
        "QuickBooks has no such record. That is no error.",
        "Widen the filters, if something was expected.",
    ),
    _said(
        "500",
        "QBD_RECORD_NOT_FOUND",
        "A record that was asked for is not there",
        "A query by id or name names a record that is not in this company; the others are in the answer. To a list of "
        "filters it means an empty list.",
        "QuickBooks does not have a record that was asked for; it may have been deleted.",
        "Read the list anew and use an id from there.",
        "Make sure that it is the company that the record belongs to.",
    ),
    _said(
        "501",
        "QBD_NOT_IN_THIS_VERSION",
        "A record cannot be shown in this version",
        "The record holds something that the qbXML version of the request has no word for.",
        "A record could not be handed over in full, because it is of a newer kind than was asked for.",
        "Ask in a newer version.",
    ),
    _said(
        "510",
        "QBD_NOT_RETURNED",
        "The record could not be returned",
        "The request was carried out, but QuickBooks could not return the record.",
        "QuickBooks did what was asked, but did not show the result.",
        "Do not send it again: query the record.",
    ),
    _said(
        "530",
        "QBD_FIELD_NOT_SUPPORTED",
        "A field is not available",
        "A field is not supported here, or is withheld because the application may not see personal data.",
        "QuickBooks keeps a field back: this edition does not have it, or access to personal data was not allowed.",
        "Do without the field that QuickBooks' words name.",
        "Or have access to personal data allowed: Edit > Preferences > Integrated Applications > Counterfoil.",
    ),
    _said(
        "531",
        "QBD_CHOICE_NOT_SUPPORTED",
        "A choice is not available",
        "A value of a fixed list of choices is not supported by this QuickBooks.",
        "This edition of QuickBooks does not have one of the choices in the request.",
        "Use another value for the field that QuickBooks' words name.",
    ),
    _said(
        "550",
        "QBD_NOTES_NOT_SAVED",
        "Saved, but without its notes",
        "The record was saved; its notes were not.",
        "The record was saved, but its notes were not.",
        "Do not send the record again: change its notes alone.",
    ),
    _said(
        "560",
        "QBD_FIELD_DEPRECATED",
        "A field is going out of use",
        "The request was carried out; a field in it will not be supported for ever.",
        "All was done. The program used a field that QuickBooks is going to give up.",
        "Use the newer field that the reference names.",
    ),
    _said(
        "570",
        "QBD_LINK_CLOSED",
        "A transaction is closed and was not linked",
        "The request was carried out, but without its link to a transaction that is already closed.",
        "The entry was saved, but not linked to an order or invoice that is already closed.",
        "Look at the entry and at what it should be linked to.",
        "If the link is needed, open the other transaction again first.",
    ),
)

GENERAL: Final[tuple[Trouble, ...]] = (
    Trouble(
        "1000",
        "QBD_INTERNAL",
        "QuickBooks had an internal error",
        "QuickBooks failed while it worked on this request and does not say how far it came.",
        "QuickBooks had an error of its own. What was asked for is looked for in your company file before anything is "
        "sent again.",
        "bookkeeper",
        (
            "Close QuickBooks and open it again.",
            "In QuickBooks: File > Utilities > Verify Data, and follow what it says.",
        ),
        "unknown",
    ),
    Trouble(
        "1010",
        "QBD_NOT_AVAILABLE",
        "QuickBooks is not available",
        "QuickBooks could not take the request just now.",
        "QuickBooks is busy or closing. It is tried again by itself.",
        "bookkeeper",
        ("Look whether QuickBooks is open and asks nothing.", "Wait for the next update."),
        "later",
    ),
)

STATUSES: Final[tuple[Trouble, ...]] = tuple(
    sorted((*INFORMATION, *GENERAL, *FORMATS, *REFUSALS), key=lambda trouble: int(trouble.code))
)

RANGES: Final[tuple[tuple[int, int, str], ...]] = (
    (0, 499, "an information: the request was carried out"),
    (500, 999, "a warning: the request was carried out, perhaps not as expected"),
    (1000, 1999, "a general error: nothing is returned"),
    (2000, 2999, "an error that QuickBooks Desktop does not use: nothing is returned"),
    (3000, 3099, "an error in the form of a value: nothing is returned"),
    (3100, 9099, "an error of the request: nothing is returned"),
    (9100, 9199, "an error in a macro (`defMacro`, `useMacro`): nothing is returned"),
)
"""What a status means that nobody lists, by the vendor's ranges."""
