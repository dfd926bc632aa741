"""Everything that the log tells apart, one line each: a name, and the area where it is looked for.

Each has its words under ``audit.kind.<name>``. A kind that is declared here can be noted at once:
lists, filters, export and API know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Kind:
    """One kind of deed."""

    name: str
    area: str


#: Coming in and going out; accounts and their rights; records; data that leaves; the application.
SIGNING, ACCOUNTS, RECORDS, TAKING, RUNNING = AREAS = (
    "signing",
    "accounts",
    "records",
    "taking",
    "running",
)

SIGNED_IN = Kind("signed_in", SIGNING)
SIGN_IN_REFUSED = Kind("sign_in_refused", SIGNING)
SIGN_IN_LOCKED = Kind("sign_in_locked", SIGNING)
SECOND_STEP_ASKED = Kind("second_step_asked", SIGNING)
SECOND_STEP_REFUSED = Kind("second_step_refused", SIGNING)
SIGNED_OUT = Kind("signed_out", SIGNING)
SESSION_CLOSED = Kind("session_closed", SIGNING)

ACCOUNT_MADE = Kind("account_made", ACCOUNTS)
ACCOUNT_DISABLED = Kind("account_disabled", ACCOUNTS)
ACCOUNT_ENABLED = Kind("account_enabled", ACCOUNTS)
ROLES_CHANGED = Kind("roles_changed", ACCOUNTS)
RIGHTS_CHANGED = Kind("rights_changed", ACCOUNTS)
VIEW_BEGUN = Kind("view_begun", ACCOUNTS)
VIEWED_AS = Kind("viewed_as", ACCOUNTS)
VIEW_ENDED = Kind("view_ended", ACCOUNTS)
PASSWORD_SET = Kind("password_set", ACCOUNTS)
LINK_MADE = Kind("link_made", ACCOUNTS)
LINK_USED = Kind("link_used", ACCOUNTS)
INVITED = Kind("invited", ACCOUNTS)
INVITATION_WITHDRAWN = Kind("invitation_withdrawn", ACCOUNTS)
IDENTITY_LINKED = Kind("identity_linked", ACCOUNTS)
IDENTITY_UNLINKED = Kind("identity_unlinked", ACCOUNTS)
PASSKEY_ADDED = Kind("passkey_added", ACCOUNTS)
PASSKEY_REMOVED = Kind("passkey_removed", ACCOUNTS)
TOKEN_MADE = Kind("token_made", ACCOUNTS)
TOKEN_REVOKED = Kind("token_revoked", ACCOUNTS)
SECOND_STEP_ON = Kind("second_step_on", ACCOUNTS)
SECOND_STEP_OFF = Kind("second_step_off", ACCOUNTS)
BACKUP_CODES_MADE = Kind("backup_codes_made", ACCOUNTS)
SHARED = Kind("shared", ACCOUNTS)
SHARE_ENDED = Kind("share_ended", ACCOUNTS)
VIEW_SHARED = Kind("view_shared", ACCOUNTS)

PURGED = Kind("purged", RECORDS)
CLEARED = Kind("cleared", RECORDS)

EXPORTED = Kind("exported", TAKING)
PRINTED = Kind("printed", TAKING)
REPORT_EXPORTED = Kind("report_exported", TAKING)
LOG_EXPORTED = Kind("log_exported", TAKING)
BACKUP_DOWNLOADED = Kind("backup_downloaded", TAKING)

IMPORTED = Kind("imported", RUNNING)
APPLIED = Kind("applied", RUNNING)
REVERTED = Kind("reverted", RUNNING)
PACK_INSTALLED = Kind("pack_installed", RUNNING)
PACK_REMOVED = Kind("pack_removed", RUNNING)
BACKED_UP = Kind("backed_up", RUNNING)
BACKUP_DELETED = Kind("backup_deleted", RUNNING)
RESTORED = Kind("restored", RUNNING)
MESSAGES_RELEASED = Kind("messages_released", RUNNING)
MESSAGE_CONFIRMED = Kind("message_confirmed", RUNNING)
MESSAGE_GIVEN_UP = Kind("message_given_up", RUNNING)
LOG_SHORTENED = Kind("log_shortened", RUNNING)

#: What is noted by one call of ``note``: all of the above, so that none can be forgotten here.
_NOTED = tuple(each for each in tuple(globals().values()) if isinstance(each, Kind))

#: What a change set is called: by what it did to records where it was an ordinary save, else by
#: its own kind. Kinds that are not named here are ``change``.
CHANGE = "change"
#: What a rule did. One that changed nothing is not noted.
RULE = "rule"
_OF_CHANGE_SETS = (
    CHANGE,
    "create",
    "update",
    "assign",
    "claim",
    "release",
    "hand_over",
    "delete",
    "restore",
    "merge",
    "undo",
    "import",
    "bulk",
    "move",
    "convert",
    "approval",
    RULE,
    "post",
    "recurrence",
    "kept",
    "seed",
    "settings",
    "share",
)

#: All kinds by their names.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.name: kind for kind in _NOTED} | {name: Kind(name, RECORDS) for name in _OF_CHANGE_SETS}
)


def kind_of_change_set(kind: str) -> Kind:
    """Return what a change set of this kind is called in the log."""
    return KINDS[kind] if kind in _OF_CHANGE_SETS else KINDS[CHANGE]
