"""Statuses that refuse a request which QuickBooks could read: nothing of it was applied."""

from typing import Final

from counterfoil.core.problems import Actor
from counterfoil.wire.troubles.shape import Trouble, alike

_NOT_CHANGED = "Nothing was changed in your company file."
_MEND = "The program that sent the request has to correct it."


def _refused(
    code: str, name: str, title: str, developer: str, bookkeeper: str, *steps: str, actor: Actor = "developer"
) -> Trouble:
    """A refusal that stays one however often it is sent."""
    return Trouble(code, name, title, developer, bookkeeper, actor, steps, "final")


REFERENCES: Final[tuple[Trouble, ...]] = (
    _refused(
        "3100",
        "QBD_NAME_IN_USE",
        "The name is already in use",
        "Names are unique in their list, and customers, vendors, employees and other names share one list.",
        "QuickBooks already has a record of this name, as customer, vendor, employee or other name, perhaps an "
        "inactive one.",
        "Use the record that is there.",
        "Else choose another name, or rename the one that is there.",
        actor="bookkeeper",
    ),
    _refused(
        "3110",
        "QBD_INVALID_CHOICE",
        "A value is none of the choices",
        "A value is not in the fixed list of its field, or does not fit the others.",
        f"A request brought a choice that QuickBooks does not know. {_NOT_CHANGED} {_MEND}",
        "Send one of the values that the reference names for that field.",
    ),
    _refused(
        "3120",
        "QBD_OBJECT_NOT_FOUND",
        "The record is not there",
        "The record that is to be changed, deleted or used is not in this company.",
        "QuickBooks does not have the record that was meant; it may have been deleted or merged.",
        "Read the list anew and send an id from there.",
        "Make sure that it is the company that the record belongs to.",
    ),
    _refused(
        "3130",
        "QBD_PARENT_NOT_FOUND",
        "The parent record is not there",
        "The record above, of which the new one was to be a part, is not in the list.",
        f"A record was to be filed under another one that QuickBooks does not have. {_NOT_CHANGED}",
        "Create the parent first, or send the id of one that is there.",
    ),
    _refused(
        "3140",
        "QBD_REFERENCE_NOT_FOUND",
        "Something that the entry refers to is not there",
        "A customer, item, account or other list entry that the request names is not in this company; QuickBooks' "
        "words name it.",
        "The entry names a customer, item or account that is not in your company file under that name.",
        "Look at QuickBooks' words for the name that is meant.",
        "Create it in QuickBooks, or send the id of one that is there.",
        "Make sure that it is the right company.",
    ),
    _refused(
        "3150",
        "QBD_ELEMENT_MISSING",
        "Something is missing in the request",
        "An element that QuickBooks needs here is absent; its words name it.",
        f"A request left something out that QuickBooks needs. {_NOT_CHANGED} {_MEND}",
        "Send the element that QuickBooks' words name.",
    ),
    *alike(
        _refused(
            "3151",
            "QBD_ELEMENT_INVALID",
            "Two things in the request do not go together",
            "An element is not allowed here, or conflicts with another one; QuickBooks' words name it.",
            f"A request brought things that exclude one another. {_NOT_CHANGED} {_MEND}",
            "Leave out the element that QuickBooks' words name, or the other one.",
        ),
        "3152",
        "3153",
    ),
)

LOCKED: Final = Trouble(
    "3175",
    "QBD_OBJECT_IN_USE",
    "Somebody has the record open",
    "The record, or its list, is locked by somebody else. Nothing was applied, and it is tried again; after bounded "
    "tries the request is refused.",
    "Somebody has this record open in QuickBooks just now. It is tried again by itself.",
    "bookkeeper",
    (
        "Save and close the record, or the list, in QuickBooks, on every computer.",
        "If nobody has it open, close the company and open it again.",
    ),
    "later",
)

CHANGES: Final[tuple[Trouble, ...]] = (
    _refused(
        "3160",
        "QBD_CANNOT_DELETE",
        "The record cannot be deleted",
        "The record is used somewhere, or is one that QuickBooks keeps.",
        "QuickBooks does not delete a record that is in use.",
        "Make it inactive instead.",
        "Or delete first what uses it.",
        actor="bookkeeper",
    ),
    *alike(
        _refused(
            "3161",
            "QBD_PERIOD_CLOSED",
            "The period is closed",
            "The transaction lies before the closing date of the books.",
            "The books are closed up to a date, and this entry lies before it.",
            "Choose a date after the closing date.",
            "Or ask the administrator of the company to move the closing date: Edit > Preferences > Accounting.",
            actor="bookkeeper",
        ),
        "3171",
    ),
    _refused(
        "3162",
        "QBD_REQUIRES_SINGLE_USER",
        "Not allowed in multi-user mode",
        "QuickBooks does this, mostly the deletion of a list entry, in single-user mode only.",
        "QuickBooks does this only while nobody else works in the company.",
        "Make the record inactive instead of deleting it.",
        "Or switch to single-user mode (File menu), send the request again, and switch back.",
        actor="bookkeeper",
    ),
    _refused(
        "3170",
        "QBD_CANNOT_MODIFY",
        "The record cannot be changed",
        "QuickBooks refused the change; its words say why. Where they tell of a lock, it is tried again.",
        "QuickBooks refused a change; its own words say why.",
        "Read QuickBooks' words.",
        "Read the record anew and change what they name.",
    ),
    LOCKED,
    Trouble(
        "3176",
        "QBD_OBJECT_IN_USE",
        "Somebody has a related record open",
        "A record that hangs together with this one is locked by somebody else. Nothing was applied, and it is tried "
        "again; after bounded tries the request is refused.",
        "Somebody has a record open in QuickBooks that hangs together with this one, such as its payment. It is tried "
        "again by itself.",
        "bookkeeper",
        ("Save and close the related payments, deposits and invoices in QuickBooks, on every computer.",),
        "later",
    ),
    _refused(
        "3177",
        "QBD_LINK_CONFLICT",
        "A record is used twice in one request",
        "A related record conflicts with another, as when one transaction is linked twice.",
        f"A request used the same payment, order or invoice twice. {_NOT_CHANGED} {_MEND}",
        "Send each linked transaction once.",
    ),
    _refused(
        "3180",
        "QBD_SAVE_REJECTED",
        "QuickBooks did not save the record",
        "QuickBooks refused to save; its words say why. Where they tell of a lock, it is tried again.",
        "QuickBooks did not save an entry; its own words say why.",
        "Read QuickBooks' words, which follow 'QuickBooks error message'.",
        "Correct what they name and send the request anew.",
    ),
    _refused(
        "3185",
        "QBD_CANNOT_VOID",
        "The transaction cannot be voided",
        "QuickBooks refused to void; its words say why. Where they tell of a lock, it is tried again.",
        "QuickBooks did not void an entry; its own words say why.",
        "Read QuickBooks' words.",
        "Take away what is linked to the transaction, such as a deposit, then void it.",
        actor="bookkeeper",
    ),
    _refused(
        "3190",
        "QBD_CANNOT_CLEAR",
        "A field cannot be emptied",
        "QuickBooks does not let go of the value of this field.",
        f"A request wanted to empty a field that must hold something. {_NOT_CHANGED} {_MEND}",
        "Send another value, or leave the field out.",
    ),
    Trouble(
        "3200",
        "QBD_REVISION_STALE",
        "The record changed since it was read",
        "The edit sequence of the request is older than the record's: somebody changed it since it was read. Nothing "
        "was applied.",
        "Somebody changed this record in QuickBooks meanwhile. So that their work is not lost, nothing was written.",
        "developer",
        (
            "Read the record anew.",
            "Compare, make your change to what you read, and send it with the new revision number.",
        ),
        "reread",
    ),
    _refused(
        "3205",
        "QBD_INVALID_ADDRESS",
        "An address is not valid",
        "QuickBooks cannot hold the address, mostly because it makes more than five printed lines.",
        "An address is longer than the five lines that QuickBooks prints.",
        "Send an address that makes at most five lines, city and country counted.",
    ),
    _refused(
        "3210",
        "QBD_INVALID_VALUE",
        "A value is not allowed here",
        "A value breaks a rule of QuickBooks; its words name field and rule, often that more would be paid than is "
        "due.",
        "QuickBooks does not allow an amount or value here; often more would be paid than is still due.",
        "Look at what is still due on the invoice, and at the credit that is left.",
        "Read QuickBooks' words and correct the value.",
    ),
    _refused(
        "3240",
        "QBD_RECORD_MISMATCH",
        "The record is not the one that was meant",
        "The time at which the record was created is another than expected, so it is not the one of the earlier "
        "request.",
        "QuickBooks has another record in the place of the one that was meant.",
        "Read the list anew and send an id from there.",
    ),
    _refused(
        "3270",
        "QBD_POSTING_ACCOUNT_MISSING",
        "An account to post to is missing",
        "QuickBooks has no account to which this entry could be posted.",
        "QuickBooks does not know to which account to post an entry.",
        "Give the item an account in QuickBooks.",
        "Or name an account in the request.",
        actor="bookkeeper",
    ),
    _refused(
        "3290",
        "QBD_LINE_ORDER",
        "Lines are in the wrong order",
        "Lines that are kept must come in the order in which the transaction has them.",
        f"A request brought the lines of an entry in another order than QuickBooks has them. {_NOT_CHANGED} {_MEND}",
        "Read the transaction anew and send its lines in the order of the answer.",
    ),
    _refused(
        "3391",
        "QBD_CURSOR_EXPIRED",
        "The next page is no longer available",
        "The iterator belongs to a session that has ended, or to another query.",
        "A long list could not be read to its end. Nothing was changed; it is simply read again.",
        "Start the query anew, without a cursor.",
    ),
)

PERMISSIONS: Final[tuple[Trouble, ...]] = (
    _refused(
        "1030",
        "QBD_REQUEST_NOT_SUPPORTED",
        "QuickBooks does not know this request",
        "This edition or version of QuickBooks does not carry out requests of this kind.",
        f"Your edition of QuickBooks cannot do what was asked. {_NOT_CHANGED}",
        "Look at the versions and the edition that the connection shows.",
        "Do without this request on this connection.",
    ),
    _refused(
        "1060",
        "QBD_REQUEST_ID_INVALID",
        "The id of the request is too long",
        "A `requestID` has at most 50 characters.",
        f"A request was marked in a way that QuickBooks does not accept. {_NOT_CHANGED} {_MEND}",
        "Send a `requestID` of at most 50 characters, or none.",
    ),
    _refused(
        "3220",
        "QBD_NOT_AUTHORIZED",
        "QuickBooks does not permit this now",
        "QuickBooks is not authorised for this, or is in a state that does not allow it.",
        "QuickBooks does not permit this at the moment; its own words say why.",
        "Read QuickBooks' words.",
        "Open the company as Admin and look whether QuickBooks asks something.",
        actor="bookkeeper",
    ),
    _refused(
        "3230",
        "QBD_ROLLED_BACK",
        "Undone, because another request failed",
        "Another request of the same document failed, and the document asked for everything or nothing.",
        f"An entry was taken back because another one that belongs to it failed. {_NOT_CHANGED}",
        "Mend the request of the document that failed, and send all of them again.",
    ),
    Trouble(
        "3231",
        "QBD_NOT_PROCESSED",
        "Not looked at, because an earlier request failed",
        "An earlier request of the same document failed, and the document asked to stop there. Nothing of this one was "
        "applied.",
        "An entry was not made because one before it failed.",
        "developer",
        ("Mend the request of the document that failed.", "Then send this one again."),
        "later",
    ),
    _refused(
        "3250",
        "QBD_FEATURE_NOT_ENABLED",
        "A feature is switched off or not in this edition",
        "The request needs a feature that is switched off in the company's preferences, or that this edition lacks.",
        "The entry needs a feature that is switched off in your company, such as classes, sales tax or several "
        "currencies, or that your edition does not have.",
        "Switch the feature on: Edit > Preferences > Company Preferences.",
        "Or do without what needs it.",
        actor="bookkeeper",
    ),
    _refused(
        "3260",
        "QBD_INSUFFICIENT_PERMISSION",
        "The QuickBooks user may not do this",
        "The QuickBooks user as whom the application signs in lacks the right for this request. Other requests may "
        "work.",
        "The QuickBooks user of this connection is not allowed to do this.",
        "As Admin: Company > Users, and give that user full access, or access to this area.",
        "Or let Counterfoil sign in as another user: Edit > Preferences > Integrated Applications > Properties.",
        "Then send the request again.",
        actor="bookkeeper",
    ),
    _refused(
        "3261",
        "QBD_SENSITIVE_DATA_NOT_ALLOWED",
        "Counterfoil may not see sensitive data",
        "The application has no permission for personal data. Requests that need none may work.",
        "Counterfoil is not allowed to see personal data in your company, and this request needs it.",
        "As Admin: Edit > Preferences > Integrated Applications > Counterfoil > Properties.",
        "Tick the box about access to personal data.",
        "Then send the request again.",
        actor="bookkeeper",
    ),
)

REFUSALS: Final = (*REFERENCES, *CHANGES, *PERMISSIONS)

LOCKABLE: Final = frozenset({"3170", "3180", "3185"})
"""Statuses that refuse for good, but where QuickBooks' words tell of a lock."""

LOCK_WORDS: Final = (
    "has been modified by another user",
    "could not be locked",
    "failed to acquire the lock",
    "list element is in use",
    "in use by another user",
)
"""How QuickBooks tells of locks that go away by themselves, in lower case; compared without regard to its blanks."""
