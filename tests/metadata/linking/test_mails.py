"""Mails: names, templates and addresses are checked before anybody writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError
from cardwright_metadata.type_catalogue import TypeCatalogue

THINGS = """\
kind: entity
name: firm
fields: {name: {type: text}, post: {type: email}, boss: {type: link, to: firm}}
---
kind: print
name: sheet
of: firm
template: "<p>{{ record.name }}</p>"
---
kind: mail
name: hello
"""
GOOD = """\
of: firm
to: [post, boss.post, owner]
cc: superior
subject: "To {{ record.name }}"
template: "<p>{{ record.boss.name }}</p>"
attach: sheet
"""


def test_a_mail_is_read_as_it_was_written(
    write_pack: Callable[..., Pack], types: TypeCatalogue
) -> None:
    catalog = build_catalog([write_pack(THINGS + GOOD)], types)
    found = catalog.mails["hello"]
    assert Catalog.from_parts(catalog.to_parts()).mails["hello"] == found
    assert (found.to, found.cc, found.attach) == (
        ("post", "boss.post", "owner"), ("superior",), ("sheet",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "code", "path", "near"),
    [
        ("of: firm", "of: frim", "unknown_entity", "of", "firm"),
        ("[post,", "[psot,", "unknown_field", "to.0", "post"),
        ("[post,", "[name,", "no_address", "to.0", ""),
        ("record.name }}\"\ntemplate", "record.nmae }}\"\ntemplate", "unknown_field", "subject",
         "name"),
        ("record.boss.name", "record.boss.nmae", "unknown_field", "template", "name"),
        ("<p>{{", "<p>{{ {{", "template_syntax", "template", ""),
        ("<p>", "<img src='http://x.example/'>", "external_address", "template", ""),
        ("attach: sheet", "attach: shet", "unknown_print", "attach.0", "sheet"),
    ],
)  # fmt: skip
def test_what_a_mail_names_in_vain_is_told_with_its_place(
    write_pack: Callable[..., Pack],
    types: TypeCatalogue,
    old: str,
    new: str,
    code: str,
    path: str,
    near: str,
) -> None:
    assert old in GOOD
    with pytest.raises(MetadataError) as refused:
        build_catalog([write_pack(THINGS + GOOD.replace(old, new, 1))], types)
    (problem,) = refused.value.problems
    assert (problem.code, problem.path, problem.nearest) == (code, path, near)
    assert problem.place is not None
    assert problem.place.line > 11


def test_a_rule_sends_mails_of_its_own_entity(
    write_pack: Callable[..., Pack], types: TypeCatalogue
) -> None:
    rule = "---\n{kind: rule, name: r, of: firm, trigger: created, do: {m: {mail: helo}}}\n"
    with pytest.raises(MetadataError) as refused:
        build_catalog([write_pack(THINGS + GOOD + rule)], types)
    (problem,) = refused.value.problems
    assert (problem.code, problem.path, problem.nearest) == ("unknown_mail", "do.m.mail", "hello")
