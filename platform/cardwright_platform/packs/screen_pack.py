"""The pack of what was changed on screen: documents that say no more than what differs.

It lies over all others, so that an upgrade meets a change property by property, and a change that
is taken back leaves nothing. Plans are made of it as of files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import yaml

from cardwright_entities.changes.commits import load_documents, read_active
from cardwright_entities.changes.definition_drafts import Edit
from cardwright_entities.changes.plans import Plan
from cardwright_metadata.loading import Document, Pack
from cardwright_metadata.marks import plain, value_at
from cardwright_metadata.merging import merge_packs
from cardwright_platform.installed_packs import OF_SITE, as_installed, still_installed
from cardwright_platform.installing import history_in, plan_packs
from cardwright_platform.instance import Instance
from cardwright_platform.packs.building import OF_SITES
from cardwright_platform.written_packs import packs_of

PACK = "x_screens"
_LABEL = {"zh": "界面上的定制", "en": "Changed on screen"}
_FOLDERS = {
    "entity": "entities",
    "menu": "menus",
    "picklist": "picklists",
    "role": "roles",
}
#: Keys that say what a document is.
_ENVELOPE = frozenset({"kind", "extend"})
#: Keys of fields whose values name other definitions.
_NAMING = ("of", "to", "via")

#: Nothing has to be said: what lies below says it already.
SAME = object()

Written = dict[str, Any]


class _Dumper(yaml.SafeDumper):
    """Writes what stands at two places twice: packs know no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What is in use while a change is planned: the packs below, and the texts of this one."""

    instance: Instance
    below: Sequence[Pack]
    own: Mapping[str, str]  #: text by path, beginning with the pack

    def definition(self, kind: str, name: str) -> Mapping[str, Any] | None:
        """Return a definition as the packs below make it, None where they know none."""
        found = self._merged()[kind].get(name)
        return None if found is None else plain(found)

    def definitions(self) -> Mapping[str, Mapping[str, Any]]:
        """Return all definitions as the packs below make them, by kind and name."""
        return self._merged()

    def plan(self, documents: Mapping[str, Written], accepted: Collection[str] = ()) -> Plan:
        """Plan documents of this pack, by address; an empty one goes.

        Raise MetadataError for what the language does not allow.
        """
        changed = {path_of(each): written(document) for each, document in documents.items()}
        kept = {
            path: yaml.safe_load(text)
            for path, text in {**self.own, **changed}.items()
            if text is not None and path != _PACK_FILE
        }
        changed[_PACK_FILE] = self.pack_text(kept.values())
        with packs_of(self.own, changed) as screens:
            packs = still_installed(self.instance, (*self.below, *screens))
            return plan_packs(self.instance, tuple(_of_site(packs)), accepted=accepted)

    def pack_text(self, documents: Collection[Mapping[str, Any]]) -> str:
        """Return the text of the pack itself, if these are its documents."""
        return _pack_text(self.below, documents)

    def document(self, target: str) -> Written:
        """Return the document of this pack about a definition, empty for none."""
        return yaml.safe_load(self.own.get(path_of(target), "")) or {}

    def _merged(self) -> Mapping[str, Mapping[str, Any]]:
        return merge_packs(self.below, self.instance.types, history_in(self.instance)).contents


_PACK_FILE = f"{PACK}/pack.yaml"


@contextmanager
def opened(instance: Instance) -> Iterator[Ground]:
    """Read what is in use; what lies below is read once for all that is asked of it."""
    with instance.store.read(instance.system_context()) as session:
        documents = load_documents(session, read_active(session).number)
    own = {path: text for path, text in documents.items() if path.startswith(f"{PACK}/")}
    others = {path: text for path, text in documents.items() if path not in own}
    with packs_of(others, {}) as below:
        yield Ground(instance=instance, below=below, own=own)


def plan_edits(instance: Instance, edits: Sequence[Edit], accepted: Collection[str] = ()) -> Plan:
    """Plan edits one after the other; raise MetadataError for what the language refuses.

    ``accepted`` are kinds of offences with which the plan may be applied.
    """
    with opened(instance) as ground:
        documents: dict[str, Written] = {}
        lower = ground.definitions()
        for edit in edits:
            kind, _, name = edit.target.partition("/")
            document = documents.setdefault(edit.target, ground.document(edit.target))
            below = lower.get(kind, {}).get(name)
            documents[edit.target] = _edited(
                document, None if below is None else plain(below), edit
            )
        return ground.plan(documents, accepted)


def path_of(target: str) -> str:
    """Return the path of the document about a definition: ``x_screens/roles/sales.yaml``."""
    kind, _, name = target.partition("/")
    return f"{PACK}/{_FOLDERS[kind]}/{name}.yaml"


def difference(there: object, wanted: object) -> object:
    """Return what has to be said over something that is there; ``SAME`` for nothing."""
    if there == wanted:
        return SAME
    if not isinstance(there, Mapping) or not isinstance(wanted, Mapping):
        return wanted
    said = {key: difference(there.get(key), each) for key, each in wanted.items()}
    said |= {key: None for key in there if key not in wanted}
    return {key: each for key, each in said.items() if each is not SAME}


def written(document: Mapping[str, Any]) -> str | None:
    """Return the text of a document, None for one that says nothing."""
    if not set(document) - _ENVELOPE:
        return None
    text: str = yaml.dump(dict(document), Dumper=_Dumper, allow_unicode=True, sort_keys=False)
    return text


def _edited(document: Written, below: Mapping[str, Any] | None, edit: Edit) -> Written:
    """Return a document of this pack after an edit; ``below`` is what it lies over."""
    kind, _, name = edit.target.partition("/")
    if not edit.path:
        return {} if edit.value is None else {"kind": kind, "name": name, **edit.value}
    there = value_at(below, edit.path)
    said = edit.value if below is None else difference(there, edit.value)
    envelope = {"kind": kind, "extend" if below is not None else "name": name}
    if edit.reset or said is SAME or (below is None and said is None):
        return _without(envelope | document, edit.path)
    return _with(envelope | document, edit.path, said)


def _with(document: Mapping[str, Any], path: Sequence[str], value: object) -> Written:
    first, *rest = path
    if not rest:
        return {**document, first: value}
    inner = document.get(first)
    return {**document, first: _with(inner if isinstance(inner, dict) else {}, rest, value)}


def _without(document: Mapping[str, Any], path: Sequence[str]) -> Written:
    """Return a document without a value, and without the maps that are empty for that."""
    first, *rest = path
    inner = document.get(first)
    left = _without(inner, rest) if rest and isinstance(inner, dict) else {}
    others = {key: each for key, each in document.items() if key != first}
    if not rest or not left:
        return others
    return {**document, first: left}


def _pack_text(below: Sequence[Pack], documents: Collection[Mapping[str, Any]]) -> str:
    """Return the pack itself: it requires whatever says something of what it speaks of."""
    spoken_of = {each for document in documents for each in _spoken_of(document)}
    required = [
        pack.definition.name
        for pack in below
        if any(_addresses(each) & spoken_of for each in pack.documents)
    ]
    text = {"name": PACK, "label": _LABEL, "prefix": OF_SITES, "language": 1, "requires": required}
    return written({"kind": "pack", **text}) or ""


def _addresses(document: Document) -> set[str]:
    return {f"{document.kind}/{name}" for name in (document.name, document.extend) if name}


def _spoken_of(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the addresses of definitions that a document changes or points to."""
    yield f"{document['kind']}/{document.get('extend') or document.get('name')}"
    for field in (document.get("fields") or {}).values():
        for key in _NAMING if isinstance(field, dict) else ():
            named = field.get(key) or ()
            for each in (named,) if isinstance(named, str) else named:
                yield f"{'picklist' if key == 'of' else 'entity'}/{each}"


def _of_site(packs: Sequence[Pack]) -> Iterator[Pack]:
    for each in packs:
        yield as_installed(each, OF_SITE) if each.definition.name == PACK else each
