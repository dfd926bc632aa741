"""The platform's tables of what an account proves besides its password, or instead of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Table, Text

from cardwright_entities.store.column_types import UtcDateTime
from cardwright_entities.store.platform_tables import METADATA, identity

#: ``secret`` is sealed; until ``confirmed_at`` it is only proposed. ``last_window``: the half
#: minute of the last code that was taken, so that no code is taken twice.
cw_second_step = Table(
    "cw_second_step",
    METADATA,
    Column(
        "account",
        BigInteger,
        ForeignKey("cw_account.id"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("secret", Text, nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("confirmed_at", UtcDateTime),
    Column("last_window", BigInteger),
)

#: Codes for the day on which the app is lost; ``hash`` needs the installation's key.
cw_backup_code = Table(
    "cw_backup_code",
    METADATA,
    Column(
        "account",
        BigInteger,
        ForeignKey("cw_account.id"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("hash", Text, primary_key=True),
    Column("used_at", UtcDateTime),
)

#: Who an account is elsewhere: ``provider`` is the operator's name for where, ``subject`` theirs
#: for whom. What people call themselves there may change and stands in ``label``.
cw_account_identity = Table(
    "cw_account_identity",
    METADATA,
    Column("provider", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("account", BigInteger, ForeignKey("cw_account.id"), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

#: Browsers that were sent elsewhere and are to come back; ``visit`` is the digest of the secret in
#: their cookie, ``kept`` is sealed.
cw_round_trip = Table(
    "cw_round_trip",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("visit", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("account", BigInteger, ForeignKey("cw_account.id")),
    Column("kept", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

#: Keys of authenticators, of which we hold the public half. ``sign_count`` is the last that one
#: told: one that goes back is a copy's.
cw_passkey = Table(
    "cw_passkey",
    METADATA,
    identity(),
    Column("account", BigInteger, ForeignKey("cw_account.id"), nullable=False, index=True),
    Column("credential", Text, nullable=False, unique=True),
    Column("public_key", Text, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    sqlite_autoincrement=True,
)
