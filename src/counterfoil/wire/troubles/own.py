"""Counterfoil's own codes: what it finds itself about a connection to QuickBooks Desktop."""

from typing import Final

from counterfoil.wire.troubles.shape import Trouble

OWN: Final[tuple[Trouble, ...]] = (
    Trouble(
        "QBD_WRONG_COMPANY_FILE",
        "QBD_WRONG_COMPANY_FILE",
        "QuickBooks has the wrong company open",
        "The FileID that the company file bears is not the one of this connection. Nothing was handed out, nothing was "
        "applied; the session was ended.",
        "The company that is open in QuickBooks is not the one that this connection belongs to. Nothing was written "
        "into it; your requests wait.",
        "bookkeeper",
        (
            "In QuickBooks, close the company that is open and open the one that is connected.",
            "Press 'Update Selected' in the Web Connector.",
            "If this is the right company, for example after a restored backup: connect it anew from the connect page.",
        ),
        "stop",
    ),
    Trouble(
        "QBD_COMPANY_UNPROVED",
        "QBD_COMPANY_UNPROVED",
        "It is not proved which company is open",
        "The company file bears no FileID under this connection's OwnerID, so that it cannot be told from others. "
        "Nothing was handed out.",
        "Your company file does not bear the mark by which Counterfoil knows it. To be safe, nothing is written.",
        "bookkeeper",
        (
            "Open the right company in QuickBooks, as Admin.",
            "Download the connection file (.qwc) from the connect page and open it again; the Web Connector then puts "
            "the mark into the company.",
            "Press 'Update Selected' in the Web Connector.",
        ),
        "stop",
    ),
    Trouble(
        "QBWC_PASSWORD_WRONG",
        "QBWC_PASSWORD_WRONG",
        "The password is wrong",
        "The Web Connector reached us with a password that is not this connection's. It was answered `nvu`.",
        "The Web Connector reached us, so your connection works. But the password in it is not the right one.",
        "bookkeeper",
        (
            "Copy the password on the connect page; if it is no longer shown there, make a new one.",
            "In the Web Connector, click into the password box of this row, paste it, press Enter, and answer Yes.",
            "Press 'Update Selected'.",
        ),
        "stop",
    ),
    Trouble(
        "QBWC_PASSWORD_ROTATED",
        "QBWC_PASSWORD_ROTATED",
        "The password was changed",
        "The Web Connector still sends a password that was replaced, and whose grace is over. It was answered `nvu`.",
        "A new password was made for this connection, and the Web Connector still has the old one.",
        "bookkeeper",
        (
            "Copy the new password on the connect page; if it is no longer shown there, make another.",
            "In the Web Connector, click into the password box of this row, paste it, press Enter, and answer Yes.",
            "Press 'Update Selected'.",
        ),
        "stop",
    ),
    Trouble(
        "QBD_NEVER_CONNECTED",
        "QBD_NEVER_CONNECTED",
        "The company was never connected",
        "No Web Connector has ever opened a session for this connection.",
        "This company has not been connected to QuickBooks yet.",
        "bookkeeper",
        (
            "Open the connect page on the computer on which QuickBooks runs, and follow its steps.",
            "If the steps are done: press 'Update Selected' in the Web Connector.",
        ),
        "stop",
    ),
    Trouble(
        "QBD_OFFLINE",
        "QBD_OFFLINE",
        "The Web Connector has not been seen for a while",
        "No session has come for longer than the interval that this connection keeps. Requests wait in the queue.",
        "The computer with QuickBooks, or the Web Connector on it, seems to be off. Your requests wait.",
        "bookkeeper",
        (
            "Switch the computer on and sign in to Windows.",
            "Start the Web Connector and tick 'Auto-Run' in the row of Counterfoil.",
            "Press 'Update Selected', and look whether it shows an error.",
        ),
        "later",
    ),
    Trouble(
        "QBD_PAUSED",
        "QBD_PAUSED",
        "The connection is paused",
        "Somebody paused this connection. Requests wait in the queue.",
        "This connection was paused, so that nobody is disturbed in QuickBooks. Your requests wait.",
        "bookkeeper",
        ("Wait for the end of the pause, or end it on the connect page.",),
        "later",
    ),
    Trouble(
        "QBD_OUTSIDE_HOURS",
        "QBD_OUTSIDE_HOURS",
        "Outside the hours of this connection",
        "The connection works within set hours only, and it is outside them. Requests wait in the queue.",
        "This connection only works at the hours that were chosen for it. Your requests wait until then.",
        "bookkeeper",
        ("Wait for the hours to begin, or change them on the connect page.",),
        "later",
    ),
    Trouble(
        "QBD_REQUEST_TIMEOUT",
        "QBD_REQUEST_TIMEOUT",
        "QuickBooks did not answer in time",
        "The caller's wait has ended. If the request had not left for QuickBooks, it was withdrawn; else it goes on, "
        "and its outcome is not known yet.",
        "QuickBooks took longer than the program wanted to wait. What it had begun goes on.",
        "developer",
        (
            "Do not send a write again: ask for the state of the request by its id.",
            "Wait longer for large queries, or ask for less at once.",
            "See whether the connection is online.",
        ),
        "unknown",
    ),
    Trouble(
        "QBD_WRITE_OUTCOME_UNKNOWN",
        "QBD_WRITE_OUTCOME_UNKNOWN",
        "It is not known yet whether QuickBooks wrote it",
        "The line was cut between request and answer. The write is looked for by its message set and its mark before "
        "anything else is sent, and it is never sent twice by itself.",
        "The line was cut while QuickBooks was writing. Before anything else happens, Counterfoil looks whether the "
        "entry is there, so that it is not made twice.",
        "operator",
        (
            "Do not send it again, and do not enter it by hand.",
            "Wait for the next session of the Web Connector, which looks for it first.",
            "If it stays unknown: look in QuickBooks whether the entry is there, and settle the request accordingly.",
        ),
        "unknown",
    ),
    Trouble(
        "QBD_ANSWER_UNREADABLE",
        "QBD_ANSWER_UNREADABLE",
        "QuickBooks' answer could not be read",
        "The answer is cut short or is no qbXML. A write may have been applied.",
        "QuickBooks' answer arrived damaged. What was under way is looked for in your company file before anything is "
        "sent again.",
        "operator",
        (
            "Wait for the next session, which asks QuickBooks for its stored answer.",
            "Look at the stored answer of the request: is it cut off? Then look for a limit of size in a proxy.",
        ),
        "unknown",
    ),
    Trouble(
        "QBD_POISON_REQUEST",
        "QBD_POISON_REQUEST",
        "Given up after several tries",
        "The request failed in the same way each time and is not tried again, so that the ones behind it can go on. "
        "Nothing was applied.",
        "One request failed again and again and was set aside, so that the others can go on. Nothing was changed by "
        "it.",
        "developer",
        (
            "Look at the attempts of the request: the last one's code says why.",
            "Correct it and send it anew, or send it again when the cause is gone.",
        ),
        "final",
    ),
    Trouble(
        "PUBLIC_URL_NOT_HTTPS",
        "PUBLIC_URL_NOT_HTTPS",
        "The public address is not secure",
        "The Web Connector takes https addresses by host name, and plain http for `localhost` alone. No `.qwc` file is "
        "issued for another one.",
        "The address of this installation is not secure, and QuickBooks would refuse it. The people who run "
        "Counterfoil have to mend it.",
        "operator",
        (
            "Put a proxy with a certificate before Counterfoil, and set the public address to its https address.",
            "Or run Counterfoil on the QuickBooks computer itself and use `http://localhost`.",
        ),
        "stop",
    ),
    Trouble(
        "UNSUPPORTED_CHARACTER",
        "UNSUPPORTED_CHARACTER",
        "A text holds characters that QuickBooks cannot keep",
        "QuickBooks Desktop keeps Windows-1252 text, and this connection refuses what cannot be kept. Nothing was "
        "sent.",
        "A text holds signs that QuickBooks cannot keep, such as Chinese characters or emoji. Nothing was written.",
        "developer",
        (
            "Send the text without the characters that are named.",
            "Or set the connection's text policy to `transliterate` or `strip`.",
        ),
        "final",
    ),
    Trouble(
        "COUNTERFOIL_INCIDENT",
        "COUNTERFOIL_INCIDENT",
        "Counterfoil had an error of its own",
        "An internal error in Counterfoil, recorded under the number in the message. Accepted requests stay in the "
        "queue; a write that was under way is reconciled first.",
        "Counterfoil had an error of its own. Nothing is lost; it tries again by itself.",
        "operator",
        (
            "Look the number of the incident up in the log of the server.",
            "Run `counterfoil doctor`.",
            "If it comes back: report it, with that part of the log.",
        ),
        "unknown",
    ),
)
