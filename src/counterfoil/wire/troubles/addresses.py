"""QBWC codes about the addresses in the connection file (`.qwc`) and about the server's certificate."""

from typing import Final

from counterfoil.wire.troubles.shape import Trouble, alike

DOWNLOAD: Final = "Download the connection file (.qwc) from the connect page and open it again."
CHECK_ADDRESS: Final = "Open the connection's address in a browser, from that computer: it must answer there."

ADDRESSES: Final[tuple[Trouble, ...]] = (
    Trouble(
        "QBWC1000",
        "QBWC_ADDRESSES_DIFFER",
        "The two addresses in the connection file do not match",
        "AppURL and AppSupport in the `.qwc` file must have the same domain.",
        "The connection file is not right. The people who run Counterfoil have to make another one.",
        "operator",
        ("Set one public address for the installation.", DOWNLOAD),
        "stop",
    ),
    *alike(
        Trouble(
            "QBWC1001",
            "QBWC_ADDRESS_IS_NUMBER",
            "The address in the connection file is a number",
            "AppURL (1001) or AppSupport (1002) is an IP address; the Web Connector wants a host name.",
            "The connection file is not right. The people who run Counterfoil have to make another one.",
            "operator",
            ("Set the public address to a host name, or to `localhost` on the same computer.", DOWNLOAD),
            "stop",
        ),
        "QBWC1002",
    ),
    *alike(
        Trouble(
            "QBWC1003",
            "QBWC_SUPPORT_UNREACHABLE",
            "The support address could not be reached",
            "AppSupport answered with another status than 200 or 202 (1003), or could not be reached at all (1004).",
            "The Web Connector could not reach Counterfoil's page. Either this computer is offline, or the server is.",
            "operator",
            (CHECK_ADDRESS, "See that a proxy or firewall lets GET through, and answers with 200.", DOWNLOAD),
            "stop",
        ),
        "QBWC1004",
    ),
    *alike(
        Trouble(
            "QBWC1010",
            "PUBLIC_URL_NOT_HTTPS",
            "The address is not secure",
            "AppURL is not https; the Web Connector takes plain http for `localhost` alone.",
            "The connection file is not right: its address is not secure. The people who run Counterfoil have to make "
            "another one.",
            "operator",
            (
                "Put a proxy with a certificate before Counterfoil, and set the public address to its https address.",
                "Or run Counterfoil on the QuickBooks computer itself and use `http://localhost`.",
                DOWNLOAD,
            ),
            "stop",
        ),
        "QBWC1051",
    ),
    Trouble(
        "QBWC1035",
        "QBWC_LOCALHOST_UNKNOWN",
        "Windows does not know `localhost`",
        "The name `localhost` could not be resolved on that computer. A `.qwc` file for `localhost` works only where "
        "the server runs on the same computer.",
        "The connection file is meant for a server on this very computer. Ask the people who run Counterfoil for "
        "another one.",
        "operator",
        (
            "If the server runs elsewhere: set its public address and issue another connection file.",
            "If it runs there: see that the hosts file of Windows has a line `127.0.0.1 localhost`.",
        ),
        "stop",
    ),
    Trouble(
        "QBWC1048",
        "QBWC_CERTIFICATE",
        "The server's certificate could not be verified",
        "Windows does not trust the certificate of AppURL or CertURL: it expired, is self-signed, lacks an "
        "intermediate one, is made out to another name, or its address asks for a sign-in.",
        "Windows does not trust the certificate of the server. Please send this message to the people who run "
        "Counterfoil.",
        "operator",
        (
            "Look at the clock of the QuickBooks computer: a wrong date gives the same message.",
            "See that the server sends the whole chain of its certificate, for the right host name.",
            "See that the address answers without a sign-in, with TLS 1.2.",
            "Update Windows, so that it knows today's authorities.",
        ),
        "stop",
    ),
)
