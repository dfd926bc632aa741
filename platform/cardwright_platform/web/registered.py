"""The pages that the product has; the application takes them from here."""

from __future__ import annotations

from flask import Blueprint

from cardwright_platform.web import (
    accounts,
    actions,
    approvals,
    cards,
    checks,
    computing,
    duplicates,
    files,
    flowing,
    forms,
    home,
    imports,
    jobs,
    line_rows,
    links,
    lists,
    notifications,
    outbox,
    own_page,
    prints,
    reasons,
    reports,
    selected_actions,
    set_rules,
    settings,
    statics,
)

#: A new page is added here and nowhere else.
WEB_PAGES: tuple[Blueprint, ...] = (
    statics.pages,
    accounts.pages,
    lists.pages,
    selected_actions.pages,
    cards.pages,
    checks.pages,
    actions.pages,
    forms.pages,
    line_rows.pages,
    flowing.pages,
    computing.pages,
    duplicates.pages,
    links.pages,
    home.pages,
    own_page.pages,
    set_rules.pages,
    settings.pages,
    files.pages,
    prints.pages,
    reports.pages,
    reasons.pages,
    imports.pages,
    jobs.pages,
    notifications.pages,
    outbox.pages,
    approvals.pages,
)
