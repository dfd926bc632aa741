"""The parts of the API that the product has; the application takes them from here."""

from __future__ import annotations

from flask import Blueprint

from cardwright_platform.api import (
    actions,
    aggregates,
    approvals,
    audit,
    bulk,
    catalog,
    changes,
    checks,
    duplicates,
    exchange,
    files,
    flowing,
    histories,
    jobs,
    notifications,
    openapi,
    outbox,
    plans,
    prints,
    reasons,
    records,
    reports,
    searching,
    set_rules,
    settings,
    suggestions,
)

#: A new part is added here and nowhere else.
API_PAGES: tuple[Blueprint, ...] = (
    records.pages,
    suggestions.pages,
    actions.pages,
    flowing.pages,
    duplicates.pages,
    bulk.pages,
    aggregates.pages,
    exchange.pages,
    searching.pages,
    histories.pages,
    reasons.pages,
    files.pages,
    prints.pages,
    reports.pages,
    jobs.pages,
    notifications.pages,
    outbox.pages,
    audit.pages,
    approvals.pages,
    catalog.pages,
    changes.pages,
    plans.pages,
    checks.pages,
    set_rules.pages,
    settings.pages,
    openapi.pages,
)
