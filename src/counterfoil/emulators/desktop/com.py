"""How QuickBooks fails as a COM server: an HRESULT and a sentence, and no answer at all."""

from collections.abc import Mapping
from typing import Final

NOT_PARSED: Final = "0x80040400"
UNEXPECTED: Final = "0x80040402"
NOT_OPENED: Final = "0x80040403"
NOT_STARTED: Final = "0x80040408"
OTHER_COMPANY: Final = "0x8004040A"
BAD_TICKET: Final = "0x8004040D"
MODAL_DIALOG: Final = "0x80040414"
NEVER_ACCESSED: Final = "0x80040418"
NOT_LOCKED: Final = "0x8004041B"
INTERNAL: Final = "0x8004041C"
NO_AUTO_LOGIN: Final = "0x8004041D"
UNKNOWN_VERSION: Final = "0x80040423"

WORDS: Final[Mapping[str, str]] = {
    NOT_PARSED: "QuickBooks found an error when parsing the provided XML text stream.",
    UNEXPECTED: "An unexpected error occurred. Check the qbsdklog.txt file for possible additional information.",
    NOT_OPENED: "Could not open the specified QuickBooks company data file.",
    NOT_STARTED: "Could not start QuickBooks.",
    OTHER_COMPANY: "A QuickBooks company data file is already open and it is different from the one requested.",
    BAD_TICKET: "Invalid ticket parameter.",
    MODAL_DIALOG: "A modal dialog box is showing in the QuickBooks user interface. Your application cannot access "
    "QuickBooks until the user dismisses the dialog box.",
    NEVER_ACCESSED: "This application has not accessed this QuickBooks company data file before. Only the QuickBooks "
    "administrator can grant an application permission to access a QuickBooks company data file for the first time.",
    NOT_LOCKED: "QuickBooks was unable to lock the necessary information to process this request. Try again later.",
    INTERNAL: "An internal QuickBooks error occurred while processing the QBXML document.",
    NO_AUTO_LOGIN: "This application is not allowed to log into this QuickBooks company data file automatically. The "
    "QuickBooks administrator can grant permission for an automatic login through the Integrated Application "
    "preferences.",
    UNKNOWN_VERSION: "The version of qbXML that was requested is not supported or is unknown.",
}
"""What QuickBooks says with each of them."""


class ComError(Exception):
    """A call of the request processor failed: `hresult` as the Web Connector writes it, `message` QuickBooks' words."""

    def __init__(self, hresult: str, message: str) -> None:
        super().__init__(f"{hresult}: {message}")
        self.hresult = hresult
        self.message = message


def failure(hresult: str) -> ComError:
    return ComError(hresult, WORDS[hresult])
