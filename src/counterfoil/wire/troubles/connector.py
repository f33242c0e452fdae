"""QBWC codes: what the Web Connector shows and logs on the bookkeeper's computer.

Meanings are those of the vendor's guide to its Web Connector (QBWC1000 to 1048); 1051 and 1085 are not in it and are
told as users report them. None of them is said to the server: it meets them when somebody sends a log.
"""

from typing import Final

from counterfoil.wire.troubles.addresses import ADDRESSES, CHECK_ADDRESS, DOWNLOAD
from counterfoil.wire.troubles.shape import Course, Trouble, alike

_UPDATE = "Press 'Update Selected' in the Web Connector."
_SEND_LOG = (
    "If it comes back: press 'View Log' in the Web Connector and send the file to the people who run Counterfoil."
)
_SERVER_LOG = "Look into the log of the server, and of a proxy before it, for the time of the line."
_OPEN_COMPANY = "Open QuickBooks and your company, as Admin, and close every window that asks something."


def _call_failed(code: str, name: str, call: str, doing: str, lost: str, course: Course = "later") -> Trouble:
    """A call to our service failed with an exception; the Web Connector cannot tell which side is at fault."""
    return Trouble(
        code,
        name,
        f"The Web Connector could not {doing}",
        f"The call `{call}` ended in an exception: no line, a proxy's error page, a timeout, or an answer that is no "
        f"well-formed XML. {lost}",
        f"The Web Connector could not {doing}. That is a matter of the line or of the server; your password and your "
        "company file are all right.",
        "operator",
        (CHECK_ADDRESS, _SERVER_LOG, _UPDATE),
        course,
    )


LOG_FILE: Final[tuple[Trouble, ...]] = alike(
    Trouble(
        "QBWC1005",
        "QBWC_LOG_FILE",
        "The Web Connector cannot use its log file",
        "The Web Connector could not find, create, read or write QWCLog.txt, and does not run without it. 1006 "
        "is also shown for other failures at its start.",
        "The Web Connector cannot write its own log file, and so it does not run.",
        "bookkeeper",
        (
            "Close the Web Connector, also beside the clock (right click > Exit).",
            r"In C:\ProgramData\Intuit\QBWebConnector\log, give QWCLog.txt another name, such as QWCLog-old.txt.",
            "See that the disk is not full and that the file is not marked as read-only.",
            "Start the Web Connector again; if it still fails, start it once with 'Run as administrator'.",
        ),
        "stop",
    ),
    "QBWC1006",
    "QBWC1033",
    "QBWC1085",
)

QUICKBOOKS: Final[tuple[Trouble, ...]] = (
    *alike(
        Trouble(
            "QBWC1007",
            "QBWC_QUICKBOOKS_UNREACHABLE",
            "The Web Connector could not connect to QuickBooks",
            "QuickBooks let the Web Connector in neither at the first nor at the second try; the code beside it "
            "(0x8004…) says why. Nothing was applied.",
            "The Web Connector could not get into QuickBooks. Mostly QuickBooks is closed, no company is open, or a "
            "window waits for an answer.",
            "bookkeeper",
            (_OPEN_COMPANY, "Read QuickBooks' own words beside this code, and do what they say.", _UPDATE),
            "later",
        ),
        "QBWC1008",
        "QBWC1009",
        "QBWC1013",
    ),
    Trouble(
        "QBWC1014",
        "QBWC_NO_COMPANY_DATA",
        "QuickBooks did not tell which company is open",
        "The queries for host, company and preferences, with which each session begins, failed. Nothing was applied.",
        "QuickBooks did not tell the Web Connector which company is open, so nothing was done.",
        "bookkeeper",
        (_OPEN_COMPANY, _UPDATE, _SEND_LOG),
        "later",
    ),
    Trouble(
        "QBWC1015",
        "QBWC_SESSION_NOT_CLOSED",
        "The session could not be closed",
        "The work was done; EndSession or CloseConnection failed afterwards.",
        "The work was done. Only the good-bye to QuickBooks failed.",
        "bookkeeper",
        ("Nothing is to be done, unless it comes back.", _SEND_LOG),
        "final",
    ),
    Trouble(
        "QBWC1021",
        "QBWC_VERSION_UNKNOWN",
        "The version of QuickBooks could not be found out",
        "The newest request processor that QuickBooks supports could not be determined.",
        "The Web Connector could not find out which QuickBooks you have.",
        "bookkeeper",
        (_OPEN_COMPANY, "Install the newest Web Connector.", _SEND_LOG),
        "later",
    ),
    *alike(
        Trouble(
            "QBWC1022",
            "QBWC_QUICKBOOKS_UNREACHABLE",
            "QuickBooks could not be reached while the connection was added",
            "When the `.qwc` file was opened, the Web Connector could not get into QuickBooks to look for the FileID.",
            "While the connection was being added, the Web Connector could not get into QuickBooks.",
            "bookkeeper",
            (_OPEN_COMPANY, "Answer what QuickBooks asks about access.", "Open the connection file (.qwc) again."),
            "stop",
        ),
        "QBWC1023",
        "QBWC1024",
    ),
    *alike(
        Trouble(
            "QBWC1025",
            "QBWC_FILE_ID",
            "The mark of the connection could not be put into the company",
            "The FileID could not be looked for (1025) or stored (1026, 1027) in the company file; it may be in use "
            "already.",
            "The Web Connector could not put the connection's mark into your company file.",
            "bookkeeper",
            (
                _OPEN_COMPANY,
                "In the Web Connector, remove the row of Counterfoil, if there is one.",
                DOWNLOAD,
                _SEND_LOG,
            ),
            "stop",
        ),
        "QBWC1026",
        "QBWC1027",
    ),
    Trouble(
        "QBWC1034",
        "QBWC_AUTH_FLAGS",
        "The editions that are allowed could not be set",
        "The request processor refused the AuthFlags of the `.qwc` file; it may be old or damaged.",
        "A part of QuickBooks on this computer is old or damaged.",
        "bookkeeper",
        ("Bring QuickBooks up to date: Help > Update QuickBooks.", "Install the newest Web Connector.", _SEND_LOG),
        "stop",
    ),
)

PASSWORDS: Final[tuple[Trouble, ...]] = (
    *alike(
        Trouble(
            "QBWC1030",
            "QBWC_PASSWORD_MISSING",
            "The Web Connector has no valid password",
            "No password is set for the application (1030), or not a right one (1040).",
            "The password is missing in the Web Connector, or is not the right one.",
            "bookkeeper",
            (
                "Copy the password on the connect page; if it is no longer shown there, make a new one.",
                "In the Web Connector, click into the password box of this row, paste it, press Enter, and answer Yes.",
                _UPDATE,
            ),
            "stop",
        ),
        "QBWC1040",
    ),
    *alike(
        Trouble(
            "QBWC1028",
            "QBWC_PASSWORD_STORE",
            "The Web Connector cannot keep or read its passwords",
            "The password could not be encrypted (1028) or decrypted (1029), or the master key was not given (1038).",
            "The Web Connector cannot read the password that it has stored.",
            "bookkeeper",
            (
                "If it asks for a master key, enter that; if it is forgotten, go on with the next step.",
                "Make a new password on the connect page, paste it into the password box of the row, press Enter, and "
                "answer Yes.",
                _UPDATE,
            ),
            "stop",
        ),
        "QBWC1029",
        "QBWC1038",
    ),
)

LIST: Final[tuple[Trouble, ...]] = (
    *alike(
        Trouble(
            "QBWC1011",
            "QBWC_NOT_IN_LIST",
            "The Web Connector does not find the connection in its list",
            "The list that is shown and the registry of Windows differ; the application was removed, or the list is "
            "stale.",
            "The Web Connector has lost the connection from its list.",
            "bookkeeper",
            ("Close the Web Connector, also beside the clock, and start it again.", DOWNLOAD),
            "stop",
        ),
        "QBWC1032",
    ),
    *alike(
        Trouble(
            "QBWC1016",
            "QBWC_NOTHING_SELECTED",
            "No connection is selected",
            "'Update Selected' was pressed with no row ticked (1016), or rows were to be ticked or unticked (1018, "
            "1019) where there are none.",
            "No row is ticked in the Web Connector, or there is none.",
            "bookkeeper",
            (
                "Tick the box at the left of the row of Counterfoil.",
                _UPDATE,
                f"If there is no row: {DOWNLOAD.lower()}",
            ),
            "later",
        ),
        "QBWC1018",
        "QBWC1019",
    ),
    Trouble(
        "QBWC1017",
        "QBWC_NOT_UPDATED",
        "Some connections were not updated",
        "A list of the applications whose update failed; the lines before it say why.",
        "The Web Connector lists the connections that it could not update.",
        "bookkeeper",
        ("Look at the lines before this one for the cause.", _UPDATE, _SEND_LOG),
        "later",
    ),
    Trouble(
        "QBWC1020",
        "QBWC_EXIT_ASKED",
        "The Web Connector was about to be closed",
        "Somebody closed the Web Connector while Auto-Run was on; nothing runs until it is started again.",
        "Somebody was about to close the Web Connector. While it is closed, nothing is updated.",
        "bookkeeper",
        ("Hide the window instead of closing it.", "If it is closed: start the Web Connector again."),
        "later",
    ),
    Trouble(
        "QBWC1039",
        "QBWC_NOT_ADDED",
        "The connection could not be added",
        "The application was not registered: the `.qwc` file lacks an element, QuickBooks denied the first access, or "
        "the company already bears another pair of OwnerID and FileID. The lines before it say which.",
        "The Web Connector could not add the connection. Mostly QuickBooks is not open as Admin, or an older "
        "connection is still in the list.",
        "bookkeeper",
        (
            "Open the company in QuickBooks as Admin, in single-user mode, with nobody else in it.",
            "In the Web Connector, remove the older row of Counterfoil, if there is one.",
            DOWNLOAD,
            "When QuickBooks asks: choose 'Yes, always; allow access even if QuickBooks is not running'.",
            _SEND_LOG,
        ),
        "stop",
    ),
)

CALLS: Final[tuple[Trouble, ...]] = (
    _call_failed(
        "QBWC1012", "QBWC_SERVER_UNREACHABLE", "authenticate", "sign in to the server", "Nothing was applied."
    ),
    Trouble(
        "QBWC1031",
        "QBWC_COMPLETED_WITH_ERROR",
        "The update ended with an error",
        "A scheduled update ended with an error, of which the server was told. A write that was under way is "
        "reconciled first.",
        "An update ended with an error. Nothing is lost; the line before this one says what went wrong.",
        "bookkeeper",
        ("Look at the lines before this one for the cause.", _UPDATE, _SEND_LOG),
        "unknown",
    ),
    *alike(
        _call_failed(
            "QBWC1036",
            "QBWC_VERSION_CHECK",
            "clientVersion",
            "compare versions with the server",
            "Nothing was applied.",
        ),
        "QBWC1046",
    ),
    Trouble(
        "QBWC1037",
        "QBWC_TOO_OLD",
        "The server does not take this Web Connector",
        "`clientVersion` was answered with a warning or an error; its text follows. The update was ended.",
        "The server asks for a newer Web Connector; read what it says.",
        "bookkeeper",
        ("Read the message beside this code.", "Install the newest Web Connector.", _UPDATE),
        "stop",
    ),
    _call_failed(
        "QBWC1041", "QBWC_ASKING_FAILED", "sendRequestXML", "fetch the next request", "QuickBooks was not asked."
    ),
    _call_failed(
        "QBWC1042",
        "QBWC_ANSWER_LOST",
        "receiveResponseXML",
        "deliver QuickBooks' answer",
        "QuickBooks had already answered, so that a write may have been applied; it is reconciled first.",
        "unknown",
    ),
    _call_failed(
        "QBWC1043",
        "QBWC_LAST_ERROR_FAILED",
        "getLastError",
        "ask the server what was wrong",
        "An error came before it; this one only hides its text.",
    ),
    _call_failed(
        "QBWC1044",
        "QBWC_CLOSING_FAILED",
        "closeConnection",
        "say good-bye to the server",
        "The work was done before.",
        "final",
    ),
    _call_failed(
        "QBWC1045",
        "QBWC_REPORTING_FAILED",
        "connectionError",
        "tell the server that QuickBooks cannot be reached",
        "Nothing was applied; the cause is the code of QuickBooks before it.",
    ),
)

CONNECTOR: Final[tuple[Trouble, ...]] = tuple(
    sorted((*ADDRESSES, *LOG_FILE, *QUICKBOOKS, *PASSWORDS, *LIST, *CALLS), key=lambda trouble: int(trouble.code[4:]))
)
