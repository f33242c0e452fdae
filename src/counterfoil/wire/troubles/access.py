"""HRESULTs by which QuickBooks, or Windows, refuses access: a person has to act before anything can run."""

from typing import Final

from counterfoil.wire.troubles.shape import Trouble

ACCESS: Final[tuple[Trouble, ...]] = (
    Trouble(
        "0x80040418",
        "QBD_ADMIN_REQUIRED",
        "An administrator has to allow the first access",
        "This application has never had access to this company file, and only its administrator can grant it. No "
        "session began, nothing was applied.",
        "Your company file does not know Counterfoil yet. Its administrator has to let it in, once.",
        "bookkeeper",
        (
            "Open the company in QuickBooks as the user Admin, in single-user mode.",
            "Press 'Update Selected' in the Web Connector.",
            "QuickBooks asks about access: choose 'Yes, always; allow access even if QuickBooks is not running'.",
            "Switch back to multi-user mode.",
        ),
        "stop",
    ),
    Trouble(
        "0x8004041A",
        "QBD_ACCESS_NOT_GRANTED",
        "QuickBooks does not give Counterfoil access",
        "The application has no permission for this company file: its entry among the integrated applications was "
        "removed, or access is switched off for all of them. Nothing was applied.",
        "In the settings of your company Counterfoil is not allowed to come in.",
        "bookkeeper",
        (
            "In QuickBooks, as Admin: Edit > Preferences > Integrated Applications > Company Preferences.",
            "Take the tick away from 'Don't allow any applications to access this company file'.",
            "Tick 'Allow Access' beside Counterfoil; if it is not in the list, add it anew from the connect page.",
            "Press 'Update Selected' in the Web Connector.",
        ),
        "stop",
    ),
    Trouble(
        "0x8004041D",
        "QBD_AUTO_LOGIN_NOT_ALLOWED",
        "QuickBooks may not sign in by itself",
        "QuickBooks is closed, and the application is not allowed to log in automatically: in the dialog of access "
        "another answer was chosen than the one that allows it. Nothing was applied.",
        "QuickBooks is closed, and Counterfoil was only allowed in while your company is open.",
        "bookkeeper",
        (
            "To go on at once: open your company in QuickBooks and leave it open.",
            "In QuickBooks, as Admin: Edit > Preferences > Integrated Applications > Company Preferences.",
            "Choose Counterfoil, then Properties.",
            "Tick 'Allow this application to login automatically', answer Yes, and choose the user to sign in as.",
            "Press OK twice, close QuickBooks, and press 'Update Selected' in the Web Connector.",
        ),
        "stop",
    ),
    Trouble(
        "0x8004041E",
        "QBD_CERTIFICATE_EXPIRED",
        "The application's certificate has expired",
        "QuickBooks says that the certificate which proves this application has expired. Nothing was applied.",
        "QuickBooks finds that Counterfoil's certificate has run out. The people who run Counterfoil have to renew it.",
        "operator",
        (
            "Look at the date and time of the QuickBooks computer: a wrong clock gives the same message.",
            "Renew the certificate of the server, with its whole chain.",
            "Remove Counterfoil from QuickBooks' integrated applications and add it anew from the connect page.",
        ),
        "stop",
    ),
    Trouble(
        "0x8004041F",
        "QBD_EDITION_NOT_SUPPORTED",
        "This edition of QuickBooks takes no requests from outside",
        "QuickBooks Basic has no request processor. Nothing was applied.",
        "Your edition of QuickBooks cannot work together with other programs.",
        "bookkeeper",
        ("Use QuickBooks Pro, Premier, Enterprise or Accountant.", "Then connect the company from the connect page."),
        "stop",
    ),
    Trouble(
        "0x80040420",
        "QBD_ACCESS_DENIED",
        "The QuickBooks user denied access",
        "When QuickBooks asked about access, somebody answered no, or closed the window. Nothing was applied.",
        "When QuickBooks asked whether Counterfoil may come in, the answer was no, or the window was closed.",
        "bookkeeper",
        (
            "Open your company in QuickBooks as Admin.",
            "Edit > Preferences > Integrated Applications > Company Preferences: if Counterfoil is in the list, "
            "choose it and press Remove.",
            "Press 'Update Selected' in the Web Connector.",
            "When QuickBooks asks: choose 'Yes, always; allow access even if QuickBooks is not running', then "
            "Continue and Done.",
        ),
        "stop",
    ),
    Trouble(
        "0x80040427",
        "QBD_UNREGISTERED",
        "QuickBooks is not registered",
        "This copy of QuickBooks is unregistered and takes no requests. Nothing was applied.",
        "Your QuickBooks has not been registered, and until it is, it lets no other program in.",
        "bookkeeper",
        ("In QuickBooks: Help > Activate QuickBooks.", "Press 'Update Selected' in the Web Connector."),
        "stop",
    ),
    Trouble(
        "0x8004042A",
        "QBD_REMOTE_ACCESS_NOT_ALLOWED",
        "Remote access is not allowed",
        "This company file lets no application in from another computer. Nothing was applied.",
        "Your company does not allow access from another computer.",
        "bookkeeper",
        (
            "Run the Web Connector on the computer on which QuickBooks runs.",
            "Or, as Admin: Edit > Preferences > Integrated Applications, and allow remote access for Counterfoil.",
        ),
        "stop",
    ),
    Trouble(
        "0x8004042C",
        "QBD_CERTIFICATE_REVOKED",
        "The application's certificate was revoked",
        "QuickBooks says that the certificate which proves this application was revoked. Nothing was applied.",
        "QuickBooks finds that Counterfoil's certificate is no longer valid. The people who run Counterfoil have to "
        "replace it.",
        "operator",
        (
            "Find out why the certificate was revoked, and whether its key is in wrong hands.",
            "Give the server a new certificate, with its whole chain.",
            "Remove Counterfoil from QuickBooks' integrated applications and add it anew from the connect page.",
        ),
        "stop",
    ),
    Trouble(
        "SDK_E_APP_NOT_SUPPORTED_IN_READONLY_MODE",
        "QBD_VIEW_ONLY",
        "QuickBooks is in view-only mode",
        "QuickBooks runs in view-only mode, in which it takes nothing from other programs. The number of this HRESULT "
        "is not published; it is told by its words. Nothing was applied.",
        "Your QuickBooks only shows data at the moment and takes nothing in, mostly because the subscription ended or "
        "could not be checked.",
        "bookkeeper",
        (
            "In QuickBooks: Help > Manage My License, and look at the state of your subscription.",
            "Make sure that the computer is online, so that QuickBooks can check it.",
            "Press 'Update Selected' in the Web Connector.",
        ),
        "stop",
    ),
    Trouble(
        "0x80040154",
        "QBD_NOT_INSTALLED",
        "Windows does not find QuickBooks' request processor",
        "REGDB_E_CLASSNOTREG: the COM class of the request processor is not registered, or only for the other of 32 "
        "and 64 bits. Nothing was applied.",
        "On this computer the part of QuickBooks is missing or damaged through which other programs talk to it.",
        "bookkeeper",
        (
            "Make sure that QuickBooks Desktop is installed on this computer.",
            "Close QuickBooks, install the newest Web Connector, and restart the computer.",
            "Repair QuickBooks: Windows Settings > Apps > QuickBooks > Uninstall/Change > Repair.",
        ),
        "stop",
    ),
)
