"""Pages to HTML: templates of plugins, of the theme and of its parents, in the reader's words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import yaml
from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    Template,
)
from markupsafe import Markup

from cardwright_platform.views.frame import Frame
from cardwright_platform.views.helping import help_kind
from cardwright_platform.words import Words

#: an icon that stands where a pack names one that the font does not hold
UNKNOWN_ICON = "point"


class Page(Protocol):
    """A view model that names its template."""

    @property
    def template(self) -> str:
        """Return the template's name, such as ``list.html``."""


class ThemeError(Exception):
    """A theme is missing, has no parent of that name, or was not built."""


@dataclass(frozen=True, kw_only=True)
class Theme:
    """A folder with ``theme.yaml``, ``templates`` and built ``static/dist``."""

    name: str
    label: Mapping[str, str]
    folder: Path
    parent: str = ""
    assets: Mapping[str, str] = field(default_factory=dict)  #: app.js → app-3F2K.js
    icons: frozenset[str] = frozenset()

    @property
    def dist(self) -> Path:
        """Return the folder that the server serves under ``<static prefix>/<name>/``."""
        return self.folder / "static" / "dist"


def load_themes(folders: Sequence[Path]) -> dict[str, Theme]:
    """Read every theme found in the folders; of two with one name the later folder's wins."""
    themes: dict[str, Theme] = {}
    for folder in folders:
        for description in sorted(folder.glob("*/theme.yaml")):
            theme = _load_theme(description)
            themes[theme.name] = theme
    return themes


class Theming:
    """Renders view models; keeps one Jinja environment for each theme that is in use."""

    def __init__(
        self,
        themes: Mapping[str, Theme],
        words: Words,
        *,
        plugin_templates: Sequence[Path] = (),
        cache_folder: Path | None = None,
        static_prefix: str = "/static",
        watch: bool = False,
    ) -> None:
        """Take themes by name; ``watch`` reads changed templates again, for development."""
        self.themes = dict(themes)
        self._words = words
        keys = words.keys()
        self._script_words = tuple(key for key in keys if key.startswith("js."))
        self._plugin_templates = tuple(plugin_templates)
        self._cache_folder = cache_folder
        self._static_prefix = static_prefix.rstrip("/")
        self._watch = watch
        self._environments: dict[str, _Look] = {}
        self._lock = Lock()

    def render(self, page: Page, frame: Frame) -> str:
        """Return the page in the frame's theme and language."""
        return self.render_template(page.template, {"page": page}, frame)

    def render_template(self, name: str, context: Mapping[str, Any], frame: Frame) -> str:
        """Return a template by name, for plugins with pages of their own."""
        look = self._look(frame.theme if frame.theme in self.themes else "standard")
        translate = partial(_translated, self._words, frame.language)
        whole = {
            **look.environment.globals,
            **context,
            "frame": frame,
            "help": help_kind(name),
            "t": translate,
            "script_words": {
                key.removeprefix("js."): self._words.sentence(frame.language, key)
                for key in self._script_words
            },
        }
        # Cells are drawn by the thousand: calling a template's own function is ten times
        # quicker than including it.
        whole["draw"] = partial(_draw, look.environment, whole)
        return look.environment.get_template(name).render(whole)

    def _look(self, name: str) -> _Look:
        with self._lock:
            if name not in self._environments:
                self._environments[name] = self._build_look(name)
            return self._environments[name]

    def _build_look(self, name: str) -> _Look:
        chain = _with_parents(self.themes, name)
        folders = [*self._plugin_templates, *(theme.folder / "templates" for theme in chain)]
        environment = Environment(
            loader=FileSystemLoader([str(folder) for folder in folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=self._watch,
            cache_size=-1,
            bytecode_cache=self._bytecode_cache(),
        )
        look = _Look(chain, environment, self._static_prefix)
        environment.globals.update(
            icon=look.icon,
            static=look.static,
            styles=look.styles(),
            theme_label=lambda language: _in_language(chain[0].label, language),
        )
        environment.filters["json"] = _json
        return look

    def _bytecode_cache(self) -> FileSystemBytecodeCache | None:
        if self._cache_folder is None:
            return None
        self._cache_folder.mkdir(parents=True, exist_ok=True)
        return FileSystemBytecodeCache(str(self._cache_folder))


@dataclass(frozen=True)
class _Look:
    """A theme with its parents, the nearest first, and the environment that draws it."""

    chain: tuple[Theme, ...]
    environment: Environment
    prefix: str

    def static(self, name: str) -> str:
        """Return the address of a built file of the theme or of its nearest parent."""
        for theme in self.chain:
            if name in theme.assets:
                return f"{self.prefix}/{theme.name}/{theme.assets[name]}"
        raise ThemeError(f"No theme of {[t.name for t in self.chain]} was built with {name!r}")

    def styles(self) -> tuple[str, ...]:
        """Return the style sheets from the oldest parent to the theme itself."""
        return tuple(
            f"{self.prefix}/{theme.name}/{theme.assets[name]}"
            for theme in reversed(self.chain)
            for name in ("app.css", "theme.css")
            if name in theme.assets
        )

    def icon(self, name: str, label: str = "") -> Markup:
        """Return an icon of the font; with a label it speaks, without it is silent."""
        known = any(name in theme.icons for theme in self.chain)
        shown = name if known else UNKNOWN_ICON
        if label:
            return Markup('<i class="ti ti-{}" role="img" aria-label="{}"></i>').format(
                shown, label
            )
        return Markup('<i class="ti ti-{}" aria-hidden="true"></i>').format(shown)


def _load_theme(description: Path) -> Theme:
    folder = description.parent
    document = yaml.safe_load(description.read_text(encoding="utf-8"))
    manifest_file = folder / "static" / "dist" / "manifest.json"
    manifest = json.loads(manifest_file.read_text()) if manifest_file.is_file() else {}
    return Theme(
        name=folder.name,
        label=document["label"],
        folder=folder,
        parent=document.get("parent", ""),
        assets=manifest.get("assets", {}),
        icons=frozenset(manifest.get("icons", ())),
    )


def _with_parents(themes: Mapping[str, Theme], name: str) -> tuple[Theme, ...]:
    chain: list[Theme] = []
    while name:
        if name not in themes:
            raise ThemeError(f"There is no theme {name!r}; there are {sorted(themes)}")
        if themes[name] in chain:
            raise ThemeError(f"Theme {name!r} is its own parent")
        chain.append(themes[name])
        name = themes[name].parent
    return tuple(chain)


def _draw(environment: Environment, whole: Mapping[str, Any], name: str, **parts: object) -> Markup:
    template: Template = environment.get_template(name)
    # Shared: the names are complete already, Jinja need not lay the globals under them again.
    context = template.new_context({**whole, **parts}, shared=True)
    return Markup("".join(template.root_render_func(context)))


def _translated(words: Words, language: str, key: str, **params: object) -> str:
    return words.translate(language, key, params)


def _in_language(label: Mapping[str, str], language: str) -> str:
    return label.get(language) or next(iter(label.values()), "")


def _json(value: object) -> str:
    """Return JSON for a data attribute; the template escapes it like any text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    """Return a view model's attributes; what is empty is left out, scripts take it as empty."""
    if is_dataclass(value) and not isinstance(value, type):
        named = ((each.name, getattr(value, each.name)) for each in fields(value))
        return {name: given for name, given in named if given}
    raise TypeError(f"{type(value).__name__} is no JSON")
