"""HRESULTs: QuickBooks, or Windows before it, could not take a document at all.

The Web Connector hands them to `connectionError` (no session could begin: nothing was applied) or to
`receiveResponseXML` (a document was under way). Meanings are those of the vendor's SDK and of its sample programs.
Those that refuse access altogether are in `access`.
"""

from typing import Final

from counterfoil.wire.troubles.access import ACCESS
from counterfoil.wire.troubles.shape import Trouble

SESSIONS: Final[tuple[Trouble, ...]] = (
    Trouble(
        "0x80040400",
        "QBD_REQUEST_MALFORMED",
        "QuickBooks could not read the request",
        "QuickBooks' parser refused the whole document: an element that it does not know, a wrong order of elements, "
        "a version that it does not speak, or a character that it cannot hold. Nothing in the document was carried "
        "out.",
        "A request was written in a way that QuickBooks cannot read. Nothing was changed in your company file, and "
        "there is nothing for you to do: the developers have to mend it.",
        "developer",
        (
            "Look at the stored request: check its elements, and their order, against the schema of the version that "
            "it names.",
            "Look for characters that QuickBooks cannot hold.",
            "Send a corrected request; the same one will be refused again.",
        ),
        "final",
    ),
    Trouble(
        "0x80040401",
        "QBD_NOT_ACCESSIBLE",
        "QuickBooks could not be reached",
        "The request processor found QuickBooks but got no access to it, mostly because it is starting, closing or "
        "running as another Windows user. Nothing was applied.",
        "QuickBooks did not let the Web Connector in. It may be starting or closing, or another Windows user has it "
        "open.",
        "bookkeeper",
        (
            "Open QuickBooks and sign in to your company; leave it open for a minute.",
            "Make sure that QuickBooks and the Web Connector are both started normally, neither of them with "
            "'Run as administrator'.",
            "Close QuickBooks and the Web Connector, restart the computer, and open them again.",
        ),
        "later",
    ),
    Trouble(
        "0x80040402",
        "QBD_UNEXPECTED",
        "QuickBooks reported an unexpected error",
        "The request processor failed without saying how; `qbsdklog.txt` on that computer may tell more. A write "
        "that was under way may have been applied.",
        "QuickBooks stumbled over something that it does not explain. What was under way is looked for in your company "
        "file before anything is sent again.",
        "bookkeeper",
        (
            "Close the Web Connector and QuickBooks, and open them again.",
            "Restart the computer.",
            "If it comes back: send the file qbsdklog.txt to the people who run Counterfoil.",
        ),
        "unknown",
    ),
    Trouble(
        "0x80040403",
        "QBD_COMPANY_FILE_NOT_FOUND",
        "The company file could not be opened",
        "The path that `authenticate` returned leads to no file that QuickBooks can open; it was probably moved or "
        "renamed. No session began, nothing was applied.",
        "QuickBooks cannot find your company file where it used to be. Was it moved or renamed?",
        "bookkeeper",
        (
            "If the file was moved by mistake, put it back where it was.",
            "Else open the company file in QuickBooks and connect it anew from the connect page; nothing that is "
            "already there gets lost or doubled.",
            "If the file lies on another computer, make sure that this computer is on and can be reached.",
        ),
        "stop",
    ),
    Trouble(
        "0x80040408",
        "QBD_NOT_STARTED",
        "QuickBooks could not be started",
        "BeginSession could not start QuickBooks: the company is in single-user use, the login is in use elsewhere, "
        "the file was moved, another file is open, or QuickBooks waits for an answer. Nothing was applied.",
        "The Web Connector tried to start QuickBooks and could not.",
        "bookkeeper",
        (
            "Open QuickBooks by hand, open your company, and close every window that asks something.",
            "If somebody works in single-user mode, switch to multi-user mode (File menu).",
            "Make sure that the QuickBooks user of this connection is not signed in on another computer.",
            "Make sure that the company file was not moved or renamed.",
            "Make sure that QuickBooks and the Web Connector run as the same Windows user, neither of them as "
            "administrator.",
            "Restart the computer and try again.",
        ),
        "later",
    ),
    Trouble(
        "0x8004040A",
        "QBD_OTHER_COMPANY_OPEN",
        "Another company file is open",
        "BeginSession asked for a company file while QuickBooks has another one open. No session began, nothing was "
        "applied; the requests go on once the file is closed.",
        "QuickBooks has another company open than the one that this connection belongs to. Your requests wait.",
        "bookkeeper",
        (
            "Close the company that is open (File > Close Company), or open the one that is connected.",
            "If you connect several companies from this computer, leave QuickBooks open with no company in it.",
        ),
        "later",
    ),
    Trouble(
        "0x8004040D",
        "QBD_SESSION_LOST",
        "The session with QuickBooks was lost",
        "QuickBooks does not know the session ticket of its request processor any more, so that the document was not "
        "taken. The next session sends it again.",
        "The Web Connector lost its line to QuickBooks, mostly because QuickBooks was closed meanwhile. It connects "
        "again by itself.",
        "bookkeeper",
        (
            "Wait for the next update, or press 'Update Selected' in the Web Connector.",
            "If it comes back: close QuickBooks and the Web Connector, and open them again.",
        ),
        "later",
    ),
    Trouble(
        "0x80040410",
        "QBD_FILE_MODE_CONFLICT",
        "The company file is open in another mode",
        "The company file is open in the other of single-user and multi-user mode than the session asked for. No "
        "session began, nothing was applied.",
        "Your company is open in single-user mode, mostly because somebody is doing something for which QuickBooks "
        "shuts out all others.",
        "bookkeeper",
        (
            "Switch to multi-user mode: File > Switch to Multi-user Mode.",
            "If that is not offered, close the company and open it again.",
        ),
        "later",
    ),
    Trouble(
        "0x80040414",
        "QBD_MODAL_DIALOG_OPEN",
        "A window in QuickBooks waits for an answer",
        "A modal dialog is open in QuickBooks, and while it is, QuickBooks takes nothing. Nothing was applied.",
        "A window in QuickBooks is waiting for an answer: about an update, a backup, a form that is not saved, or a "
        "sign-in. While it is open, QuickBooks lets nobody else in.",
        "bookkeeper",
        (
            "Go to QuickBooks, answer or close every window that asks something, also behind other windows.",
            "Save or clear the form that is open.",
            "Press 'Update Selected' in the Web Connector, or wait for the next update.",
        ),
        "later",
    ),
    Trouble(
        "0x80040416",
        "QBD_NEEDS_FILE_NAME",
        "QuickBooks is closed, and no company file was named",
        "The session asked for the company that is open, and QuickBooks is not running; until a first session has told "
        "the path of the file, there is none to name. Nothing was applied.",
        "QuickBooks is closed, and Counterfoil does not know yet where your company file is.",
        "bookkeeper",
        (
            "Open QuickBooks and your company.",
            "Press 'Update Selected' in the Web Connector; from then on the place of the file is known.",
        ),
        "later",
    ),
    Trouble(
        "0x8004041B",
        "QBD_LOCKED",
        "The company file is locked at the moment",
        "QuickBooks could not get the lock that it needed. Nothing was applied.",
        "Something else is using your company file just now, for example a backup or another program. It is tried "
        "again by itself.",
        "bookkeeper",
        (
            "Wait until a backup, a verification or a large report is done.",
            "Close other programs that work with QuickBooks.",
            "Press 'Update Selected' in the Web Connector.",
        ),
        "later",
    ),
    Trouble(
        "0x8004041C",
        "QBD_INTERNAL",
        "QuickBooks had an internal error",
        "QuickBooks failed while it worked on the document; `qbsdklog.txt` on that computer may tell more. A write "
        "that was under way may have been applied.",
        "QuickBooks had an error of its own. What was under way is looked for in your company file before anything is "
        "sent again.",
        "bookkeeper",
        (
            "Close QuickBooks and the Web Connector, and open them again.",
            "In QuickBooks: File > Utilities > Verify Data, and follow what it says.",
            "If it comes back: send the file qbsdklog.txt to the people who run Counterfoil.",
        ),
        "unknown",
    ),
    Trouble(
        "0x80040421",
        "QBD_MESSAGE",
        "QuickBooks passed on a message",
        "QuickBooks hands on a message of another part of itself; its words say what is wrong. Whether a write was "
        "applied is not told.",
        "QuickBooks has a message for you; read what it says. What was under way is looked for before anything is sent "
        "again.",
        "bookkeeper",
        ("Read QuickBooks' own words and do what they say.", "Press 'Update Selected' in the Web Connector."),
        "unknown",
    ),
    Trouble(
        "0x80040422",
        "QBD_REQUIRES_SINGLE_USER",
        "QuickBooks wants single-user mode for this",
        "What was asked needs the company file in single-user mode. Nothing was applied.",
        "QuickBooks does this only while nobody else works in the company.",
        "bookkeeper",
        (
            "Ask all others to close the company.",
            "Switch to single-user mode: File > Switch to Single-user Mode.",
            "Press 'Update Selected' in the Web Connector, and switch back afterwards.",
        ),
        "later",
    ),
    Trouble(
        "0x80040423",
        "QBD_VERSION_NOT_SUPPORTED",
        "This QuickBooks does not speak the version of the request",
        "The document names a qbXML version that this QuickBooks does not know, or its version line cannot be read. "
        "Nothing was applied.",
        "Your QuickBooks is too old for this request. Nothing was changed.",
        "developer",
        (
            "Compare the version of the request with the versions that the connection shows for this QuickBooks.",
            "Send the request in a version that it speaks.",
            "Else have QuickBooks brought up to date: Help > Update QuickBooks.",
        ),
        "final",
    ),
    Trouble(
        "0x80040424",
        "QBD_STARTING",
        "QuickBooks is still starting",
        "QuickBooks had not finished initialising. Nothing was applied.",
        "QuickBooks is still starting. It is tried again by itself.",
        "bookkeeper",
        (
            "Wait until QuickBooks has opened your company.",
            "If it takes more than a few minutes, look whether QuickBooks asks something.",
        ),
        "later",
    ),
    Trouble(
        "0x80010105",
        "QBD_CRASHED",
        "QuickBooks broke off while it worked",
        "RPC_E_SERVERFAULT: QuickBooks threw an exception while it worked on the document. A write that was under way "
        "may have been applied.",
        "QuickBooks broke off in the middle of its work. What was under way is looked for in your company file before "
        "anything is sent again.",
        "bookkeeper",
        (
            "Close QuickBooks and the Web Connector, and open them again.",
            "In QuickBooks: File > Utilities > Verify Data, and follow what it says.",
            "Bring QuickBooks up to date: Help > Update QuickBooks.",
        ),
        "unknown",
    ),
)

HRESULTS: Final[tuple[Trouble, ...]] = tuple(sorted((*SESSIONS, *ACCESS), key=lambda trouble: trouble.code))
