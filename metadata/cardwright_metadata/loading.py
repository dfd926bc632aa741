"""The folder of a pack → its documents in canonical form, with the problems of their shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from typing import IO, Any, Literal, Protocol

from cardwright_metadata.canonical import make_canonical
from cardwright_metadata.definitions.others import PackDefinition
from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.language_versions import to_current
from cardwright_metadata.link_entities import with_links
from cardwright_metadata.lock_files import BASES_FILE, IDS_FILE, LOCK_FILES, read_bases, read_ids
from cardwright_metadata.marks import MarkedList, MarkedMap, Spot, plain, spot_of
from cardwright_metadata.print_parts import read_templates
from cardwright_metadata.problems import Place, Problem
from cardwright_metadata.schema_files import LANGUAGE, kinds, read_schemas
from cardwright_metadata.shapes import check_document
from cardwright_metadata.three_ways import Entry, Spotted
from cardwright_metadata.words import list_words, nearest, show_value
from cardwright_metadata.yaml_files import MAX_BYTES, YamlDocument, read_yaml

PACK_FILE = "pack.yaml"
#: A seed is read into memory and installed in one go.
MAX_TABLE_BYTES = 32 * 1_048_576
_SUFFIXES = (".yaml", ".yml")
#: Files beside definitions: tables of seeds, templates of prints.
BESIDE = (".csv", ".html")

#: Kinds whose definitions are known by a name that their author gives.
_NAMED = (
    "entity", "picklist", "menu", "role", "stages", "print", "calendar", "mail", "measure",
    "report",
)  # fmt: skip

#: Kinds that are a part of an entity in a file of their own: kind → key inside the entity.
_PARTS_OF_ENTITIES = {"card": "card", "list": "list", "query": "queries"}


@dataclass(frozen=True, kw_only=True)
class Document:
    """One definition as its author wrote it, in canonical form.

    ``extend`` names the definition that it changes; it is empty for one that stands on its own.
    """

    kind: str
    name: str
    extend: str
    content: MarkedMap
    pack: str
    file: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A pack as read from its folder: complete, so that it can be installed without the folder.

    ``sources`` holds the YAML files and ``files`` the CSV files of seeds, as text by their path
    inside the pack.
    """

    definition: PackDefinition
    documents: tuple[Document, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)  #: address → identity, as shipped
    bases: Mapping[Spotted, Entry] = field(default_factory=dict)  #: of changes, as shipped


class Table(Protocol):
    """A CSV file of a pack, wherever it is kept."""

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        """Open it for reading."""
        ...


def load_pack(folder: Traversable) -> Pack:
    """Read every definition of a pack; what is wrong stands in its ``problems``."""
    contents = dict(files_of_pack(folder))
    return read_pack(
        {path: _read_limited(each) for path, each in contents.items() if path.endswith(_SUFFIXES)},
        {path: each for path, each in contents.items() if path.endswith(BESIDE)},
        str(folder),
    )


def read_pack(sources: Mapping[str, bytes], tables: Mapping[str, Table], folder: str = "") -> Pack:
    """Read a pack from the contents of its YAML files by their path; ``folder`` names places."""
    problems: list[Problem] = []
    read: dict[str, list[YamlDocument]] = {}
    ids, bases, found = _read_locks(sources, folder)
    problems += found
    for path in sorted(sources, key=lambda each: (each != PACK_FILE, each)):
        if path in LOCK_FILES:
            continue
        file = f"{folder}/{path}" if folder else path
        read[path], found = read_yaml(sources[path], file)
        problems += found
    definition, found = _read_definition(read.get(PACK_FILE, []), folder)
    problems += found
    documents: list[Document] = []
    for path, parsed in read.items():
        for each in parsed:
            made, found = _make_document(each, definition, path, first=path == PACK_FILE)
            problems += found
            documents += made
    files, found = _read_tables(documents, tables)
    templates, more = read_templates(documents, tables, folder)
    return Pack(
        definition=definition,
        documents=tuple(documents),
        sources={path: text.decode("utf-8", "replace") for path, text in sources.items()},
        files=files | templates,
        problems=tuple(problems + found + more),
        ids=ids,
        bases=bases,
    )


def _read_locks(
    sources: Mapping[str, bytes], folder: str
) -> tuple[dict[str, str], dict[Spotted, Entry], list[Problem]]:
    ids, problems = read_ids(sources.get(IDS_FILE, b""), f"{folder}/{IDS_FILE}")
    bases, found = read_bases(sources.get(BASES_FILE, b""), f"{folder}/{BASES_FILE}")
    return ids, bases, problems + found


def files_of_pack(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    """Yield the files that belong to a pack by their paths, in a fixed order."""
    for each in sorted(folder.iterdir(), key=lambda item: item.name):
        if each.name.startswith((".", "__")):
            continue
        path = prefix + each.name
        if each.is_file():
            yield path, each
        elif each.is_dir() and not _is_elsewhere(each):
            yield from files_of_pack(each, path + "/")


def _is_elsewhere(folder: Traversable) -> bool:
    """Tell whether a folder is another pack, or only a link to somewhere."""
    linked = isinstance(folder, Path) and folder.is_symlink()
    return linked or folder.joinpath(PACK_FILE).is_file()


def _read_limited(file: Traversable) -> bytes:
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _read_definition(
    documents: list[YamlDocument], folder: str
) -> tuple[PackDefinition, list[Problem]]:
    name = PurePosixPath(folder).name or "pack"
    content = next((each.content for each in documents if each.content.get("kind") == "pack"), None)
    if content is None:
        return PackDefinition(name=name), [
            Problem(
                place=Place(f"{folder}/{PACK_FILE}", 1, 1),
                path="",
                code="no_pack",
                message="The folder has no pack.yaml that begins with 'kind: pack'.",
                expected="kind: pack",
            )
        ]
    words = content.get("words")
    language = words if isinstance(words, str) else "zh"
    version = content.get("language", LANGUAGE)
    requires = content.get("requires")
    locked = content.get("locked")
    powers = content.get("powers")
    definition = PackDefinition(
        name=str(content.get("name", name)),
        label=_text_of(content.get("label"), language),
        description=_text_of(content.get("description"), language),
        version=str(content.get("version", "0")),
        language=version if isinstance(version, int) else LANGUAGE,
        requires=tuple(map(str, requires)) if isinstance(requires, list | dict) else (),
        words=language,
        versions={key: str(value) for key, value in requires.items() if value}
        if isinstance(requires, dict)
        else {},
        vendor=str(content.get("vendor", "")),
        prefix=str(content.get("prefix", "")),
        locked={
            target: tuple(map(str, paths if isinstance(paths, list) else [paths]))
            for target, paths in locked.items()
        }
        if isinstance(locked, dict)
        else {},
        powers=plain(powers) if isinstance(powers, dict) else {},
    )
    return definition, []


def _text_of(value: Any, language: str) -> Text:
    if isinstance(value, str):
        return Text.of({language: value})
    if isinstance(value, dict):
        return Text.of({key: word for key, word in value.items() if isinstance(word, str)})
    return Text()


def _make_document(
    parsed: YamlDocument, pack: PackDefinition, path: str, *, first: bool
) -> tuple[list[Document], list[Problem]]:
    whole = to_current(parsed.content, pack.language)
    kind = whole.get("kind")
    if not isinstance(kind, str) or kind not in kinds():
        return [], [_unknown_kind(parsed)]
    if kind == "pack" and not first:
        return [], [_stray_pack(parsed)]
    read = [_read_content(parsed, each, kind, pack, path) for each in with_links(whole, kind)]
    return [each for made, _ in read for each in made], [
        each for _, found in read for each in found
    ]


def _read_content(
    parsed: YamlDocument, content: MarkedMap, kind: str, pack: PackDefinition, path: str
) -> tuple[list[Document], list[Problem]]:
    partial = isinstance(content.get("extend"), str)
    problems = check_document(content, kind, partial=partial)
    if not partial and kind in _NAMED and "name" not in content:
        problems.append(_nameless(parsed, kind))
    if problems:
        # What is misshapen is left out where it stands; the rest still takes part in the checks.
        content = _without(content, problems)
    canonical = make_canonical(content, read_schemas()[kind], pack.words)
    document = _document(kind, canonical, pack.name, path, parsed.place)
    usable = bool(document.name or document.extend)
    return ([document] if usable else []), problems


def _document(kind: str, content: MarkedMap, pack: str, path: str, place: Place) -> Document:
    name, extend = str(content.get("name") or ""), str(content.get("extend") or "")
    if kind in _PARTS_OF_ENTITIES:
        content, extend, name = _as_extension(kind, content, name)
        kind = "entity"
    return Document(
        kind=kind,
        name=name,
        extend=extend,
        content=content,
        pack=pack,
        file=path,
        place=place,
    )


def _as_extension(kind: str, content: MarkedMap, name: str) -> tuple[MarkedMap, str, str]:
    """Turn a card, list or query of its own into a change of its entity."""
    entity = str(content.get("entity") or "")
    part = MarkedMap()
    envelope = {"kind", "entity", "name", "since"}
    if kind != "query":
        envelope |= {"label", "description"}
    for key in content:
        if key not in envelope:
            part.take(key, content)
    at = content.values_at.get("kind")
    if kind == "query":
        named = MarkedMap()
        named.put(name, part, content.keys_at.get("name"), content.values_at.get("name"))
        part = named
    whole = MarkedMap()
    whole.put("kind", "entity", content.keys_at.get("kind"), at)
    whole.put("extend", entity, content.keys_at.get("entity"), content.values_at.get("entity"))
    whole.put(_PARTS_OF_ENTITIES[kind], part, content.keys_at.get("kind"), at)
    return whole, entity, ""


def _without(content: MarkedMap, problems: list[Problem]) -> MarkedMap:
    """Return the content without the values that a shape problem points at."""
    wrong = {problem.place for problem in problems if problem.code != "missing_key"}
    cleaned = _clean(content, wrong)
    assert isinstance(cleaned, MarkedMap)  # noqa: S101 - a map stays a map
    return cleaned


def _clean(value: Any, wrong: set[Place | None]) -> Any:
    if isinstance(value, MarkedMap):
        made = MarkedMap()
        for key, item in value.items():
            spot = value.values_at.get(key)
            if value.keys_at.get(key) in wrong or (spot is not None and spot.place in wrong):
                continue
            made.put(key, _clean(item, wrong), value.keys_at.get(key), spot)
        return made
    if isinstance(value, MarkedList):
        kept = MarkedList()
        for index, item in enumerate(value):
            spot = value.items_at[index] if index < len(value.items_at) else None
            if spot is None or spot.place not in wrong:
                kept.append(_clean(item, wrong))
                if spot is not None:
                    kept.items_at.append(spot)
        return kept
    return value


def _unknown_kind(parsed: YamlDocument) -> Problem:
    kind = parsed.content.get("kind")
    spot = parsed.content.values_at.get("kind")
    missing = "kind" not in parsed.content
    return Problem(
        place=spot.place if spot else parsed.place,
        path="kind",
        code="missing_kind" if missing else "unknown_kind",
        message="The document does not say its kind; begin with 'kind: entity' or another."
        if missing
        else f"There is no kind {show_value(kind)}.",
        found="" if missing else str(kind),
        expected=list_words(kinds(), 20),
        nearest=nearest(str(kind or ""), kinds()),
    )


def _stray_pack(parsed: YamlDocument) -> Problem:
    return Problem(
        place=parsed.place,
        path="kind",
        code="stray_pack",
        message="A pack is described in its pack.yaml and nowhere else.",
        found="kind: pack",
    )


def _nameless(parsed: YamlDocument, kind: str) -> Problem:
    return Problem(
        place=parsed.place,
        path="name",
        code="missing_key",
        message=f"The {kind} has neither a name nor 'extend:' with the name of another.",
        expected="name:",
    )


def _read_tables(
    documents: list[Document], tables: Mapping[str, Table]
) -> tuple[dict[str, str], list[Problem]]:
    """Read the CSV files that seeds name; their paths become paths inside the pack."""
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for document in documents:
        written = document.content.get("csv") if document.kind == "seed" else None
        if not isinstance(written, str):
            continue
        path = str(PurePosixPath(document.file).parent / written)
        spot: Spot | None = spot_of(document.content, ("csv",))
        try:
            files[path] = _read_table(tables[path])
        except OverflowError:
            problems.append(
                _table_problem(
                    spot, written, "file_too_large", "The file is too large for a seed.", ()
                )
            )
        except KeyError:
            problems.append(
                _table_problem(
                    spot, written, "no_file", "There is no such file beside this one.", tables
                )
            )
        except UnicodeDecodeError:
            problems.append(
                _table_problem(
                    spot, written, "not_utf8", "The file is not UTF-8 text; save it as UTF-8.", ()
                )
            )
        document.content["csv"] = path
    return files, problems


def _read_table(file: Table) -> str:
    with file.open("rb") as stream:
        content = stream.read(MAX_TABLE_BYTES + 1)
    if len(content) > MAX_TABLE_BYTES:
        raise OverflowError
    return content.decode("utf-8-sig")


def _table_problem(spot: Spot | None, written: str, code: str, message: str, known: Any) -> Problem:
    return Problem(
        place=spot.place if spot else None,
        path="csv",
        code=code,
        message=message,
        found=written,
        expected="a CSV file of this pack",
        nearest=nearest(written, [PurePosixPath(each).name for each in known]),
    )
