"""The statements that may cross connections and accounts: all others name the one that they are for.

So the schema can be distributed by connection without change. A test reads every statement and holds this list against
it, both ways; each of these finds one row by a key of its own, or takes a bounded part at a time.
"""

from collections.abc import Mapping
from typing import Final

KEYS: Final[Mapping[str, str]] = {
    "connectors.BY_TICKET": "a Web Connector shows a ticket",
    "grants.CONSENT": "Intuit brings a state back",
    "installation.KEY": "a caller shows a key",
    "installation.KEY_BY_DIGEST": "a caller shows a key that was brought from a vendor",
    "installation.KEY_BY_PUBLIC_KEY": "a caller signs under a name",
    "installation.ACCOUNT_OF": "whose connection it is",
    "installation.AUTH_SESSION": "somebody opens a link to connect a company",
    "invoice_links.BY_DIGEST": "somebody opens a link to an invoice",
    "endpoints.ANY": "whose endpoint it is",
    "visits.LOGIN": "somebody opens a link to sign in",
    "visits.USE_LOGIN": "and uses it up",
    "visits.VISIT": "a browser shows its cookie",
    "visits.END_VISIT": "and gives it back",
}
"""Look-ups: what they are for follows from the row that they find, of which there is one at most."""

SWEEPS: Final[Mapping[str, str]] = {
    "claims.CHANNELS": "which channels have post, a bounded number of steps along an index",
    "claims.HEADS": "which connections have post in a channel, a bounded number of steps along an index",
    "claims.DUE": "what post is due",
    "endpoints.ACCOUNTS": "which accounts have endpoints",
    "endpoints.WATCHED": "which connections are looked at, a bounded part at a time",
    "gauges.LANES": "how much waits, for the metrics",
    "gauges.DELIVERIES": "how much post is owed, for the metrics",
    "gauges.SESSIONS": "how many sessions are open, for the metrics",
    "grants.LEAVING": "grants that are to be given back",
    "installation.ACCOUNTS": "all accounts, for the operator",
    "installation.EVERY_CONNECTION": "all connections, for doctor and for what is done hourly",
    "visits.PURGE_LOGINS": "links that are over",
    "visits.PURGE_VISITS": "visits that are over",
}
"""Lane discovery, sweeps and gauges: each is limited."""

KEPT_WHOLE: Final = ("installation", "accounts", "keys", "logins", "visits")
"""Tables whose keys do not begin with a connection or an account. They, and those of accounts, are small: they are kept
whole wherever the rows of connections may be."""

LOOKED_UP: Final = (
    "accounts_by_name",
    "keys_by_digest",
    "keys_by_public_key",
    "connections_by_id",
    "auth_sessions_by_secret",
    "endpoints_by_id",
    "invoice_links_by_digest",
    "sessions_by_ticket",
    "consents_by_state",
)
"""Indexes for the look-ups above; the sweeps have indexes over the few rows that they are after. Those over a
connection's own tables are not unique: no database could hold that over rows that lie apart."""
