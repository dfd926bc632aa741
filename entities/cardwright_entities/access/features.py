"""The names of rights that are no grants on an entity, as roles list them in ``features``."""

from __future__ import annotations

#: Says who may sign in and with which rights: users, their groups, and which employee they are.
MANAGE_USERS = "manage_users"
#: Changes definitions and settings.
DEFINE = "define_objects"
#: Sees the jobs of everybody.
SEE_JOBS = "see_jobs"
#: Hands over what an employee has in hand.
HAND_OVER = "hand_over"
#: Sees messages to the outside, and reads what they say.
SEE_MESSAGES, READ_MESSAGES = "see_messages", "read_messages"
#: Sees who did what: the audit log, and who is signed in.
SEE_LOGS = "see_logs"
#: Makes and downloads backups of everything.
BACK_UP = "back_up"
#: Deletes for good what is in the recycle bin.
PURGE = "purge_records"
#: Empties entities.
CLEAR = "clear_data"
#: Asks of others what they may see and do, and why.
EXPLAIN = "explain_rights"
#: Changes what roles grant.
MANAGE_RIGHTS = "manage_rights"
#: Looks at everything as somebody else, without changing anything.
VIEW_AS = "view_as"
