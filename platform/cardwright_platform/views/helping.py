"""Which help a page shows: pages of a kind share theirs, so that every object has it unwritten."""

from __future__ import annotations

from collections.abc import Mapping

#: What is told on pages that have no words of their own.
ANY = "page"
#: Template of a page to the kind of page that it is; its words are ``help.<kind>``.
KINDS: Mapping[str, str] = {
    "home.html": "home",
    "list.html": "list",
    "card.html": "card",
    "form.html": "form",
    "search.html": "search",
    "views.html": "views",
    "favourites.html": "favourites",
    "bin.html": "bin",
    "jobs.html": "jobs",
    "notifications.html": "notifications",
    "approvals.html": "approvals",
    "account.html": "account",
    "import_upload.html": "import",
    "import_mapping.html": "import",
    "import_progress.html": "import",
    "import_result.html": "import",
    "report.html": "report",
    "reports.html": "report",
    "access.html": "access",
    "access_form.html": "access",
    "access_plan.html": "access",
    "rights.html": "access",
    "audit.html": "audit",
    "online.html": "audit",
    "outbox.html": "outbox",
    "backups.html": "backups",
    "change.html": "changes",
    "changes.html": "changes",
    "packs.html": "changes",
    "studio.html": "studio",
    "studio_card.html": "studio",
    "studio_draft.html": "studio",
    "studio_field.html": "studio",
    "studio_object.html": "studio",
    "studio_picklist.html": "studio",
    "studio_preview.html": "studio",
}


def help_kind(template: str) -> str:
    """Return the kind of page that a template draws."""
    return KINDS.get(template, ANY)
