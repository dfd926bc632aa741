"""What the documentation promises, and what is documented of what there is."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_platform.cli.entry import run
from cardwright_platform.words import load_words

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
TEMPLATES = ROOT / "themes" / "cardwright_themes" / "standard" / "templates"
MARKDOWN = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not {".venv", "node_modules", "var"} & set(path.relative_to(ROOT).parts)
)
CRM = [str(ROOT / "metadata" / "cardwright_metadata" / "packs" / "crm")]
_LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")


def test_the_generated_pages_are_those_of_this_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--in", str(tmp_path), "docs", str(tmp_path / "docs")]) == 0
    stale = [
        str(path.relative_to(tmp_path))
        for path in sorted((tmp_path / "docs").rglob("*.*"))
        if not (ROOT / path.relative_to(tmp_path)).exists()
        or path.read_bytes() != (ROOT / path.relative_to(tmp_path)).read_bytes()
    ]
    assert stale == [], "run: cardwright docs"


def test_no_page_was_left_by_what_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["--in", str(tmp_path), "docs", str(tmp_path / "docs")])
    for folder in ("reference", "schemas"):
        written = {path.name for path in (tmp_path / "docs" / folder).iterdir()}
        assert {path.name for path in (DOCS / folder).iterdir()} == written


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_links_to_what_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    missing = [target for target in _LINK.findall(text) if not (page.parent / target).exists()]
    assert missing == []


def test_every_library_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    reasons = (DOCS / "dependencies.md").read_text(encoding="utf-8")
    wanted = [re.split(r"[\[<>=~!; ]", each)[0] for each in project["dependencies"]]
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    wanted += [*package["dependencies"], *package["devDependencies"]]
    assert [name for name in wanted if name not in reasons] == []


def test_the_locks_name_no_index() -> None:
    for lock in ("requirements/run.txt", "requirements/dev.txt", "package-lock.json"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert re.findall(r"^--|@ http|\"resolved\"|index-url", text, re.MULTILINE) == []


def test_every_library_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locks = {
        "requirements/run.txt": project["dependencies"],
        "requirements/dev.txt": project["optional-dependencies"]["dev"],
    }
    for lock, wanted in locks.items():
        locked = set(re.findall(r"^([a-z0-9.-]+)==", (ROOT / lock).read_text(), re.MULTILINE))
        names = {re.split(r"[\[<>=~!; ]", each)[0].lower() for each in wanted}
        assert names - locked == set()


def test_every_widget_and_cell_of_a_type_has_its_template() -> None:
    missing = [
        f"{kind}s/{name}.html"
        for each in BUILTIN_FIELD_TYPES
        for kind, name in (("widget", each.widget), ("cell", each.cell))
        if not (TEMPLATES / f"{kind}s" / f"{name}.html").exists()
    ]
    assert missing == []


def test_every_field_type_says_what_it_is_in_both_languages() -> None:
    silent = [each.name for each in BUILTIN_FIELD_TYPES if set(each.label) < {"en", "zh"}]
    assert silent == []


def test_every_message_that_the_code_raises_has_its_sentence() -> None:
    words = load_words()
    codes: dict[str, str] = {}
    for folder in ("entities", "platform"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            for code in re.findall(r"\bMessage(?:\.of)?\(\s*\"([a-z_0-9]+)\"", text):
                codes.setdefault(code, str(path.relative_to(ROOT)))
    assert {code: place for code, place in codes.items() if not words.knows(code)} == {}


@pytest.mark.parametrize("folder", ["platform", "metadata", "entities", "plugins", "themes"])
def test_each_folder_says_what_belongs_here(folder: str) -> None:
    lines = (ROOT / folder / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 40


def test_the_pack_of_the_readme_is_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        files = re.findall(r"cat > (\S+) <<'YAML'\n(.*?)^\s*YAML$", text, re.DOTALL | re.MULTILINE)
        assert len(files) == 2
        _write(tmp_path / name, {path: dedent(body) for path, body in files})
        code = run(["--in", str(tmp_path), "check", str(tmp_path / name / "boats"), *CRM])
        assert code == 0, capsys.readouterr().out


def test_the_pack_of_the_tutorial_is_good(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (DOCS / "tutorials" / "partner.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    named = [block for block in blocks if block.startswith("# boats/")]
    files = {block.split()[1]: block for block in named}
    (extension,) = (block for block in blocks if "extend:" in block)
    _write(tmp_path, files | {"boats/customer.yaml": extension})
    code = run(["--in", str(tmp_path), "check", str(tmp_path / "boats")])
    assert code == 0, capsys.readouterr().out


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for path, body in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(body, encoding="utf-8")
