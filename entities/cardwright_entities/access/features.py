"""The names of rights that are no grants on an entity, as roles list them in ``features``."""

from __future__ import annotations

#: Says who may sign in and with which rights: users, their groups, and which employee they are.
MANAGE_USERS = "manage_users"
#: Changes definitions: objects, fields, forms, rules, whatever has no right of its own below.
DEFINE = "define_objects"
#: Changes what roles grant, who may choose a choice, and whatever else decides who may do what.
MANAGE_RIGHTS = "manage_rights"
#: Changes the queries that lists offer to all, and reports with their measures.
BUILD_QUERIES, BUILD_REPORTS = "build_queries", "build_reports"
#: Changes settings.
MANAGE_SETTINGS = "manage_settings"
#: Sees the jobs of everybody.
SEE_JOBS = "see_jobs"
#: Hands over what an employee has in hand.
HAND_OVER = "hand_over"
#: Sees messages to the outside, and reads what they say.
SEE_MESSAGES, READ_MESSAGES = "see_messages", "read_messages"
#: Sees who did what: the audit log, and who is signed in.
SEE_LOGS = "see_logs"
#: Makes backups of everything; takes them away, and so reads everything.
BACK_UP, DOWNLOAD = "back_up", "download_backups"
#: Asks of others what they may see and do, and why.
EXPLAIN = "explain_rights"
#: Looks at everything as somebody else, without changing anything.
VIEW_AS = "view_as"
#: Deletes for good what is in the recycle bin.
PURGE = "purge_records"
#: Empties entities.
CLEAR = "clear_data"
