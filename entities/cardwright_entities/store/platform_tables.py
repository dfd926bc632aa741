"""The platform's own tables, ``cw_*``: one place for all; each is touched by one module only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from cardwright_entities.store.column_types import JsonDocument, UtcDateTime

METADATA = MetaData()

#: What the rows of a table belong to: they go for good with it, see ``changes.leaving``.
OF_ENTITY = {"names": "entity"}
#: Rows of single records, whose number stands in another column: they go with the record too.
OF_RECORD = {"names": "entity", "numbers": "record"}
OF_FIELD = {"names": "field"}
OF_RULE = {"names": "rule"}
OF_RULE_AND_RECORD = {"names": "rule", "numbers": "record"}
OF_ROLE = {"names": "role"}

# --- Definitions and their life ---

#: Stable identities of what packs define: ``address`` is ``entity/customer`` or
#: ``entity/customer#fields.name``; ``physical`` the table or column, assigned once, never reused.
cw_identity = Table(
    "cw_identity",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("pack", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("physical", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("retired_at", UtcDateTime),
    Index("cw_identity_address", "address"),
)

#: Source documents as their authors wrote them: content hash → text.
cw_document = Table(
    "cw_document",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

#: Merged parts of catalogs, canonical JSON: content hash → body, shared between commits.
cw_catalog_part = Table(
    "cw_catalog_part",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("body", Text, nullable=False),
)

#: Applied changes: ``parts`` and ``documents`` map addresses and paths to hashes.
cw_commit = Table(
    "cw_commit",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("parent", Integer),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("plan", JsonDocument, nullable=False),
    Column("parts", JsonDocument, nullable=False),
    Column("documents", JsonDocument, nullable=False),
)

#: One row: the commit in use, and a number that grows whenever somebody's rights change.
cw_active = Table(
    "cw_active",
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("rights_version", Integer, nullable=False),
)

#: Steps of an apply: planned → applied → active; a crash is read from here at the next start.
cw_journal = Table(
    "cw_journal",
    METADATA,
    Column("commit", Integer, primary_key=True, autoincrement=False),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("body", JsonDocument, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

cw_lease = Table(
    "cw_lease",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

cw_process = Table(
    "cw_process",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("commit", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

#: Values of settings that the company changed: name → value.
cw_setting = Table(
    "cw_setting",
    METADATA,
    Column("name", Text, primary_key=True, info={"names": "setting"}),
    Column("value", JsonDocument),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", BigInteger),
    info={"archived": True},
)

#: Records that came with a pack, and how they looked then.
cw_seed = Table(
    "cw_seed",
    METADATA,
    Column("pack", Text, primary_key=True, info={"names": "pack"}),
    Column("entity", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("record", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)


# --- Who ---


def identity(*, chosen: bool = False) -> Column[Any]:
    """Return a numbered key; ``chosen``: a row may bring its own number."""
    return Column(
        "id",
        BigInteger().with_variant(Integer(), "sqlite"),
        Identity(always=not chosen),
        primary_key=True,
    )


cw_account = Table(
    "cw_account",
    METADATA,
    identity(chosen=True),
    Column("login", Text, nullable=False),  # folded
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("password_hash", Text),
    Column("roles", JsonDocument, nullable=False),
    Column("group_roles", JsonDocument),  # those of the groups that the user is in
    Column("language", Text),
    Column("zone", Text),
    Column("theme", Text),
    Column("must_change", Boolean, nullable=False, default=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("password_changed_at", UtcDateTime),
    Column("last_login_at", UtcDateTime),
    Column("disabled_at", UtcDateTime),
    Index("cw_account_login", "login", unique=True),
    sqlite_autoincrement=True,
)

#: ``id`` is the hash of what the browser holds.
cw_session = Table(
    "cw_session",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("account", BigInteger, ForeignKey(cw_account.c.id), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("device", Text),
    Column("address", Text),
    Column("view_as", BigInteger),
)

cw_token = Table(
    "cw_token",
    METADATA,
    identity(),
    Column("account", BigInteger, ForeignKey(cw_account.c.id), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
    Column("scopes", JsonDocument, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    sqlite_autoincrement=True,
)

#: Links that sign in, set a password, once; ``hash`` of what the link holds.
cw_one_time_link = Table(
    "cw_one_time_link",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("account", BigInteger, ForeignKey(cw_account.c.id), nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

cw_rate = Table(
    "cw_rate",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("window_start", UtcDateTime, primary_key=True),
    Column("count", Integer, nullable=False),
)

#: Personal layout: ``account`` 0 is everybody.
cw_preference = Table(
    "cw_preference",
    METADATA,
    Column("account", BigInteger, primary_key=True, autoincrement=False),
    Column("address", Text, primary_key=True, info={"names": "list"}),
    Column("value", JsonDocument, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

#: Typed but not saved; ``record`` 0 are new ones. ``values`` holds one draft for each open form.
cw_draft = Table(
    "cw_draft",
    METADATA,
    Column("account", BigInteger, primary_key=True, autoincrement=False),
    Column("entity", Text, primary_key=True, info=OF_RECORD),
    Column("record", BigInteger, primary_key=True, autoincrement=False),
    Column("values", JsonDocument, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

# --- Records and their history ---

cw_change_set = Table(
    "cw_change_set",
    METADATA,
    identity(),
    Column("at", UtcDateTime, nullable=False),
    Column("principal", BigInteger),  # account; null is the system
    Column("cause", Text),
    Column("kind", Text, nullable=False),
    Column("label", Text),
    Column("undone_by", BigInteger),
    Index("cw_change_set_at", "at"),
    sqlite_autoincrement=True,
)

#: ``entity`` is the entity's id; ``head`` the head's record of a line; ``before`` by field id.
cw_change = Table(
    "cw_change",
    METADATA,
    identity(),
    Column("change_set", BigInteger, ForeignKey(cw_change_set.c.id), nullable=False, index=True),
    Column("entity", Text, nullable=False, info=OF_RECORD),
    Column("record", BigInteger, nullable=False),
    Column("head", BigInteger),
    Column("version", Integer, nullable=False),
    Column("op", Text, nullable=False),
    Column("before", JsonDocument, info={"values": "by field"}),
    Index("cw_change_record", "entity", "record", "id"),
    Index("cw_change_head", "entity", "head", "id"),
    sqlite_autoincrement=True,
    info={"archived": True},
)

cw_number = Table(
    "cw_number",
    METADATA,
    Column("series", Text, primary_key=True, info=OF_FIELD),
    Column("period", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

cw_file = Table(
    "cw_file",
    METADATA,
    identity(),
    Column("sha256", Text, nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", BigInteger),
    sqlite_autoincrement=True,
)

#: ``field`` is the field's id, empty for the files panel of a card.
cw_file_use = Table(
    "cw_file_use",
    METADATA,
    Column("file", BigInteger, ForeignKey(cw_file.c.id), primary_key=True),
    Column("entity", Text, primary_key=True, info=OF_RECORD),
    Column("record", BigInteger, primary_key=True, autoincrement=False),
    Column("field", Text, primary_key=True, info=OF_FIELD),
    Index("cw_file_use_record", "entity", "record"),
    info={"archived": True},
)

#: Answers given to requests that may be sent again.
cw_idempotency = Table(
    "cw_idempotency",
    METADATA,
    Column("account", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("request_hash", Text, nullable=False),
    Column("status", Integer),
    Column("answer", JsonDocument),
    Column("created_at", UtcDateTime, nullable=False, index=True),
)

# --- Work for later ---

#: ``state``: waiting, running, done, failed, cancelled.
cw_job = Table(
    "cw_job",
    METADATA,
    identity(),
    Column("kind", Text, nullable=False),
    Column("arguments", JsonDocument, nullable=False),
    Column("principal", JsonDocument, nullable=False),
    Column("account", BigInteger),  # whose job it is, for lists of jobs
    Column("cause", Text),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("idempotency_key", Text, unique=True),
    Column("run_after", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("leased_by", Text),
    Column("cancel_requested", Boolean, nullable=False, default=False),
    Column("progress", JsonDocument),
    Column("result", JsonDocument),
    Column("error", JsonDocument),
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Index("cw_job_waiting", "state", "run_after", "id"),
    Index("cw_job_account", "account", "id"),
    sqlite_autoincrement=True,
)

#: Rows of an imported file that have something to tell: rejected, warned, or put off to a later
#: phase. ``problems`` is a list of ``[field, code, parameters]``.
cw_job_row = Table(
    "cw_job_row",
    METADATA,
    Column("job", BigInteger, ForeignKey(cw_job.c.id), primary_key=True, autoincrement=False),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("outcome", Text, nullable=False),
    Column("record", BigInteger),
    Column("problems", JsonDocument, nullable=False),
)
