"""Prints whose templates steal, loop, swell or fetch, on an installation that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from odd_input.ground import Ground, ground_on, send_json
from untouched import untouched

TEMPLATES = {
    "steals": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "steals_settings": "{{ setting.__closure__ }}",
    "loops": "{% for i in range(10**9) %}x{% endfor %}",
    "swells": "{{ 'a' * 10**9 }}",
    # Put together so that the check of the definition cannot see it.
    "fetches": "<img src='{{ 'http' ~ '://127.0.0.1:9/x.png' }}'>",
    "reads_files": "<p style='background: url({{ 'file' ~ ':///etc/passwd' }})'>x</p>",
}
PRINT = """---
kind: print
name: {name}
label: {{zh: 打印, en: Print}}
of: note
template: {template}
"""
PACK = """kind: pack
name: pages
label: {zh: 便笺, en: Notes}
language: 1
version: "1.0"
---
kind: entity
name: note
label: {zh: 便笺, en: Note}
fields:
  text: {type: text, label: {zh: 内容, en: Text}}
---
kind: role
name: chief
label: {zh: 主管, en: Chief}
grants: {note: {actions: [read, create, edit, export, print]}}
---
kind: role
name: clerk
label: {zh: 文员, en: Clerk}
grants: {note: {actions: [read]}}
"""


@pytest.fixture(scope="module")
def pages(store_module_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """An installation with a note and a print for each template."""
    folder = Path(tmp_path_factory.mktemp("pages"))
    pack = folder / "pack" / "pages"
    pack.mkdir(parents=True)
    prints = (PRINT.format(name=n, template=json.dumps(t)) for n, t in TEMPLATES.items())
    (pack / "pack.yaml").write_text(PACK + "".join(prints), "utf-8")
    url = "" if store_module_url.startswith("sqlite") else store_module_url
    with ground_on(url, folder / "site", pack) as ground:
        status, answer = send_json(ground.chief, "POST", "/records/note", {"text": "a secret"})
        assert status == 201, answer
        yield ground


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_that_does_harm_prints_nothing_and_leaves_nothing(
    pages: Ground, name: str
) -> None:
    instance = pages.served.instance
    with untouched(instance.store, instance.config.folder) as look:
        for ending in (".html", ".pdf", ".xlsx"):
            answer = pages.chief.client.get(
                f"/print/note/1/{name}{ending}", headers={"Accept-Language": "en"}
            )
            assert 400 <= answer.status_code < 500, answer.status_code
            assert "secret" not in answer.text
            assert "root:" not in answer.text
            look()
