"""Plugin: one frozen dataclass whose fields are the whole plugin API; found by entry point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.resources.abc import Traversable
from pathlib import Path

from click import Command
from flask import Blueprint

from cardwright_entities.field_types.base import FieldType
from cardwright_entities.jobs.kinds import JobKind, Schedule
from cardwright_platform.connectors.connector import Connector
from cardwright_platform.connectors.notice_channel import NoticeChannel
from cardwright_platform.sign_in_providers.provider import SignInProvider

GROUP = "cardwright.plugins"


class PluginError(Exception):
    """A plugin that the configuration names is not installed, or is not a plugin."""


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """What a plugin adds to an installation; every field may stay empty but its name."""

    name: str
    pack: Traversable | None = None  #: entities, cards, queries … in YAML
    field_types: tuple[type[FieldType], ...] = ()  #: new values for ``type:``
    jobs: tuple[JobKind, ...] = ()  #: new kinds of work for later
    connectors: tuple[type[Connector], ...] = ()  #: further providers of short messages
    notice_channels: tuple[type[NoticeChannel], ...] = ()  #: further ways to tell people outside
    sign_in_providers: tuple[type[SignInProvider], ...] = ()  #: further places to sign in
    schedules: tuple[Schedule, ...] = ()  #: work that is due again and again
    pages: tuple[Blueprint, ...] = ()  #: further pages; each route declares its permission
    commands: tuple[Command, ...] = ()  #: further ``cardwright`` commands
    templates: Path | None = None  #: looked up before the theme's
    words: Path | None = None  #: folder of tables of words, read over the product's


def load_plugins(names: Iterable[str]) -> tuple[Plugin, ...]:
    """Load the plugins that the operator allowed, in that order; raise PluginError."""
    names = tuple(names)
    # Looking through all that is installed takes a good part of a start.
    installed = {point.name: point for point in entry_points(group=GROUP)} if names else {}
    return tuple(_load(name, installed.get(name)) for name in names)


def _load(name: str, point: EntryPoint | None) -> Plugin:
    if point is None:
        raise PluginError(f"No plugin '{name}' is installed: take it out of 'plugins'")
    found = point.load()
    if not isinstance(found, Plugin):
        raise PluginError(f"'{point.value}' is not a Plugin")
    return found
