"""The parts of the API that the product has; the application takes them from here."""

from __future__ import annotations

from flask import Blueprint

from cardwright_platform.api import records

#: A new part is added here and nowhere else.
API_PAGES: tuple[Blueprint, ...] = (records.pages,)
