"""Prints: their templates are read from files of the pack, and parts become definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import IO, Any, Literal, Protocol

from cardwright_metadata.definitions.prints import PaperDefinition, PrintDefinition
from cardwright_metadata.marks import MarkedMap, spot_of
from cardwright_metadata.parts import Part, read_text
from cardwright_metadata.problems import Problem
from cardwright_metadata.words import nearest

MAX_TEMPLATE_BYTES = 256 * 1024
#: Where linking finds from which files the texts came; it takes the key away.
ORIGINS = "origins"


class _File(Protocol):
    def open(self, mode: Literal["rb"], /) -> IO[bytes]: ...


class _Document(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def content(self) -> MarkedMap: ...


def read_templates(
    documents: Sequence[_Document], beside: Mapping[str, _File], folder: str
) -> tuple[dict[str, str], list[Problem]]:
    """Put the texts of template files into the prints that name them; return them by path too."""
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for document in documents:
        if document.kind not in ("print", "mail"):
            continue
        content = document.content
        origins: dict[str, str] = {}
        written = content.get("template")
        if isinstance(written, str) and is_file(written):
            text = _read(document, ("template",), written, beside, files, problems)
            origins[""] = _place(folder, document.file, written)
            content["template"] = text
        partials: dict[str, str] = {}
        for index, each in enumerate(content.get("partials") or ()):
            text = _read(document, ("partials", index), str(each), beside, files, problems)
            partials[str(each)] = text
            origins[str(each)] = _place(folder, document.file, str(each))
        if "partials" in content:
            content["partials"] = partials
        content[ORIGINS] = origins
    return files, problems


def is_file(written: str) -> bool:
    """Tell whether ``template:`` names a file, or is the template itself."""
    return "\n" not in written and "<" not in written and written.endswith(".html")


def read_print(part: Part) -> PrintDefinition:
    """Build a print from its part."""
    paper = part.get("paper", {})
    usual = PaperDefinition()
    return PrintDefinition(
        name=part["name"],
        entity=part["of"],
        template=part["template"],
        pack=part.get("pack", ""),
        label=read_text(part.get("label")),
        partials=dict(part.get("partials", {})),
        paper=PaperDefinition(
            size=paper.get("size", usual.size),
            orientation=paper.get("orientation", usual.orientation),
            margin=paper.get("margin", usual.margin),
        ),
        language=part.get("language", ""),
        order=part.get("order", 0),
    )


def _place(folder: str, file: str, written: str) -> str:
    path = str(PurePosixPath(file).parent / written)
    return f"{folder}/{path}" if folder else path


def _read(
    document: _Document,
    path: tuple[str | int, ...],
    written: str,
    beside: Mapping[str, _File],
    files: dict[str, str],
    problems: list[Problem],
) -> str:
    file = str(PurePosixPath(document.file).parent / written)
    code, message = "", ""
    known: list[str] = []
    if file not in beside:
        code, message = "no_file", "There is no such template beside this file."
        known = [PurePosixPath(each).name for each in beside if each.endswith(".html")]
    else:
        with beside[file].open("rb") as stream:
            content = stream.read(MAX_TEMPLATE_BYTES + 1)
        try:
            if len(content) <= MAX_TEMPLATE_BYTES:
                files[file] = content.decode("utf-8-sig")
                return files[file]
            code, message = "file_too_large", "The file is too large for a template."
        except UnicodeDecodeError:
            code, message = "not_utf8", "The file is not UTF-8 text; save it as UTF-8."
    spot: Any = spot_of(document.content, path)
    problems.append(
        Problem(
            place=spot.place if spot else None,
            path=str(path[0]),
            code=code,
            message=message,
            found=written,
            expected="an .html file of this pack",
            nearest=nearest(written, known),
        )
    )
    return ""
