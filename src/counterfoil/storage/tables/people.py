"""Tables of an installation and its accounts: who may come in, by which key, link or sign-in."""

from typing import Final

from sqlalchemy import PrimaryKeyConstraint, Table

from counterfoil.storage.tables.columns import blob, index_on, later, maybe, metadata, whole, words

installation: Final = Table("installation", metadata, words("name"), blob("value"), PrimaryKeyConstraint("name"))

accounts: Final = Table(
    "accounts",
    metadata,
    words("id"),
    words("name"),
    whole("created_at"),
    PrimaryKeyConstraint("id"),
    index_on("accounts_by_name", "name", unique=True),
)

keys: Final = Table(
    "keys",
    metadata,
    words("id"),
    words("account_id"),
    maybe("connection_id"),
    words("name"),
    blob("digest"),
    blob("sealed"),
    whole("created_at"),
    later("revoked_at"),
    maybe("dialect"),
    maybe("public_key"),
    PrimaryKeyConstraint("id"),
    index_on("keys_by_account", "account_id", "created_at"),
    index_on("keys_by_digest", "digest", unique=True, where="revoked_at IS NULL"),
    index_on("keys_by_public_key", "public_key", unique=True, where="public_key IS NOT NULL AND revoked_at IS NULL"),
)
"""A key that was brought from a vendor has its `dialect`, is found by its digest, and is sealed (else empty) only where
the vendor signs with it: then `public_key` names it."""

connections: Final = Table(
    "connections",
    metadata,
    words("account_id"),
    words("id"),
    words("name"),
    words("books"),
    words("state"),
    maybe("source_id"),
    maybe("email"),
    whole("created_at"),
    later("deleted_at"),
    later("last_request_at"),
    later("last_success_at"),
    PrimaryKeyConstraint("account_id", "id"),
    index_on("connections_by_id", "id", unique=True),
    index_on("connections_by_source", "account_id", "source_id", unique=True, where="deleted_at IS NULL"),
)

aliases: Final = Table(
    "aliases",
    metadata,
    words("account_id"),
    words("alias"),
    words("connection_id"),
    whole("created_at"),
    PrimaryKeyConstraint("account_id", "alias"),
    index_on("aliases_by_connection", "account_id", "connection_id"),
)
"""Other names of connections: the ids by which callers knew them elsewhere."""

auth_sessions: Final = Table(
    "auth_sessions",
    metadata,
    words("account_id"),
    words("id"),
    words("connection_id"),
    blob("secret_digest"),
    words("publishable_key"),
    whole("created_at"),
    whole("expires_at"),
    maybe("redirect_url"),
    PrimaryKeyConstraint("account_id", "id"),
    index_on("auth_sessions_by_secret", "secret_digest", unique=True),
)

logins: Final = Table(
    "logins",
    metadata,
    words("account_id"),
    blob("digest"),
    whole("created_at"),
    whole("expires_at"),
    later("used_at"),
    PrimaryKeyConstraint("digest"),
)
"""Links that sign somebody in, once: found by the digest of the secret in them."""

visits: Final = Table(
    "visits",
    metadata,
    words("account_id"),
    blob("digest"),
    whole("created_at"),
    whole("expires_at"),
    PrimaryKeyConstraint("digest"),
)
"""Browsers that are signed in to an account: found by the digest of their cookie."""

invoice_links: Final = Table(
    "invoice_links",
    metadata,
    words("connection_id"),
    words("id"),
    words("account_id"),
    blob("digest"),
    blob("sealed"),
    whole("created_at"),
    blob("body", nullable=True),
    PrimaryKeyConstraint("connection_id", "id"),
    index_on("invoice_links_by_digest", "digest"),
)
"""Links to invoices for those who are not signed in. `body` is the invoice as it was when the link was made, where the
books are elsewhere."""
