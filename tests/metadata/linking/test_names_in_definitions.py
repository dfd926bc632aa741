"""Every name that a definition uses must be defined: each kind of place, one mistake at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError, Problem
from cardwright_metadata.type_catalogue import TypeCatalogue

GOOD = """\
kind: picklist
name: level
choices: {gold: 金, silver: 银}
---
kind: entity
name: firm
plays: {organisation: {name: name}}
fields:
  name:   {type: text}
  level:  {type: picklist, of: level}
  parent: {type: parent}
---
kind: entity
name: person
fields:
  name:  {type: text}
  firm:  {type: link, to: firm}
  boss:  {type: link, to: firm}
  past:  {type: lines, of: job}
---
kind: entity
name: job
owner: person
period: {from: since, to: until, per: [firm]}
fields:
  firm:  {type: link_any, to: [firm, person]}
  since: {type: date}
  until: {type: date}
"""


@pytest.fixture
def problems_of(
    write_pack: Callable[..., Pack], types: TypeCatalogue
) -> Callable[[str], tuple[Problem, ...]]:
    def problems(text: str) -> tuple[Problem, ...]:
        try:
            build_catalog([write_pack(f"{GOOD}---\n{text}\n")], types)
        except MetadataError as error:
            return error.problems
        return ()

    return problems


def extend(line: str, entity: str = "person") -> str:
    return f"kind: entity\nextend: {entity}\n{line}"


def field(options: str, entity: str = "person") -> str:
    return extend(f"fields: {{new: {options}}}", entity)


def related(options: str) -> str:
    return extend(f"card: {{tabs: {{t: {{related: {options}}}}}}}", "firm")


@pytest.mark.parametrize(
    "text",
    [
        field("{type: mirror, path: past.current.firm}"),
        field("{type: mirror, path: firm.parent.level}"),
        field("{type: text, visible: \"firm.level = 'gold' and past any (until is empty)\"}"),
        field("{type: text, required: 'boss is firm'}"),
        field("{type: text, check: 'at(past, today()).firm.level is empty'}"),
        field("{type: text, check: 'past any (valid_at(today()))'}"),
        field("{type: link, to: job, where: 'firm = $record.parent'}", "firm"),
        extend("checks: {a: 'count(person.boss) < 3'}", "firm"),
        extend("checks: {a: 'job none ($head.name = $record.name)'}", "firm"),
        related("{of: person.boss, columns: [name, firm.name]}"),
        related("{of: job.firm, show: firm, where: 'until is empty'}"),
        extend("list: {columns: [name, firm.parent.name, owner], sort: [-firm.name]}"),
        extend("search: {name: 3, firm.name: 1}"),
    ],
)  # fmt: skip
def test_what_is_defined_is_taken(problems_of: Callable[[str], object], text: str) -> None:
    assert problems_of(text) == ()


@pytest.mark.parametrize(
    ("text", "code", "found", "near"),
    [
        (field("{type: tetx}"), "unknown_field_type", "tetx", "text"),
        (field("{type: link, to: frim}"), "unknown_entity", "frim", "firm"),
        (field("{type: link_any, to: [firm, frim]}"), "unknown_entity", "frim", "firm"),
        (field("{type: link_any, to: 'trait:party'}"), "unknown_trait", "party", ""),
        (field("{type: lines, of: jbo}"), "unknown_entity", "jbo", "job"),
        (field("{type: picklist, of: levle}"), "unknown_picklist", "levle", "level"),
        (field("{type: employee}"), "nobody_plays", "employee", ""),
        (field("{type: mirror, path: firm.nmae}"), "unknown_field", "nmae", "name"),
        (field("{type: mirror, path: past.firm}"), "unknown_field", "firm", ""),
        (field("{type: mirror, path: name.firm}"), "unknown_field", "firm", ""),
        (field("{type: mnemonic, of: nmae}"), "unknown_field", "nmae", "name"),
        (field("{type: link, to: firm, quick: [nmae]}"), "unknown_field", "nmae", "name"),
        (field("{type: text, was: name}"), "name_in_use", "name", ""),
        (field("{type: text, required: 'firm.lvel is empty'}"), "unknown_field", "lvel", "level"),
        (field("{type: text, default: 'ttoday()'}"), "unknown_function", "ttoday", "today"),
        (field("{type: text, check: '[名] is empty'}"), "unknown_label", "名", ""),
        (field("{type: text, check: '$head.x = 1'}"), "no_head", "$head", ""),
        (field("{type: text, check: '$me.name = 1'}"), "nobody_plays", "$me", ""),
        (field("{type: text, check: '$setting.x.y'}"), "unknown_setting", "x.y", ""),
        (field("{type: text, check: 'firm is frim'}"), "unknown_entity", "frim", "firm"),
        (field("{type: text, check: 'name any (x = 1)'}"), "not_several", "name", ""),
        (field("{type: text, check: 'past any (frm = 1)'}"), "unknown_field", "frm", "firm"),
        (field("{type: text, check: 'at(past, d).firm = 1'}"), "unknown_field", "d", "id"),
        (field("{type: text, check: 'at(past, now()).frm = 1'}"), "unknown_field", "frm", "firm"),
        (field("{type: text, check: 'at(name, now()).frm = 1'}"), "not_several", "name", ""),
        (field("{type: text, check: 'past any (valid_at(d))'}"), "unknown_field", "d", "id"),
        (extend("fields: {and: {type: text}}"), "keyword", "and", ""),
        (extend("title: nmae"), "unknown_field", "nmae", "name"),
        (extend("subtitle: [nmae]"), "unknown_field", "nmae", "name"),
        (extend("unique: {x: [nmae]}"), "unknown_field", "nmae", "name"),
        (extend("checks: {x: {level: warn}}"), "missing_key", "", ""),
        (extend("checks: {x: {if: 'name = 1', place: nmae}}"), "unknown_field", "nmae", "name"),
        (extend("made_in: fimr"), "unknown_link", "fimr", "firm"),
        (extend("made_in: name"), "unknown_link", "name", ""),
        (extend("search: {nmae: 1}"), "unknown_field", "nmae", "name"),
        (extend("search: {past: 1}"), "not_searchable", "past", ""),
        (extend("list: {columns: [firm.nmae]}"), "unknown_field", "nmae", "name"),
        (extend("list: {sort: [-nmae]}"), "unknown_field", "nmae", "name"),
        (extend("list: {totals: [nmae]}"), "unknown_field", "nmae", "name"),
        (extend("list: {filters: [nmae]}"), "unknown_field", "nmae", "name"),
        (extend("list: {lead: nmae}"), "unknown_field", "nmae", "name"),
        (extend("queries: {q: {where: 'nmae = 1'}}"), "unknown_field", "nmae", "name"),
        (extend("queries: {q: {columns: [nmae]}}"), "unknown_field", "nmae", "name"),
        (extend("card: {figures: [nmae]}"), "unknown_field", "nmae", "name"),
        (
            extend("card: {tabs: {t: {sections: {s: {fields: [nmae]}}}}}"),
            "unknown_field", "nmae", "name",
        ),
        (
            extend("card: {tabs: {t: {sections: {s: {grid: past, columns: [frim]}}}}}"),
            "unknown_field", "frim", "firm",
        ),
        (
            extend("card: {tabs: {t: {sections: {s: {grid: psat}}}}}"),
            "unknown_lines_field", "psat", "past",
        ),
        (extend("card: {tabs: {t: {related: jbo}}}"), "unknown_entity", "jbo", "job"),
        (extend("card: {tabs: {t: {related: firm}}}"), "no_link", "firm", ""),
        (extend("card: {tabs: {t: {related: person}}}", "firm"), "ambiguous_link", "person", ""),
        (
            extend("card: {tabs: {t: {related: person.frim}}}", "firm"),
            "unknown_link", "person.frim", "person.firm",
        ),
        (
            extend("card: {tabs: {t: {related: {of: job.firm, show: frim}}}}", "firm"),
            "unknown_link", "frim", "firm",
        ),
        (
            extend("card: {tabs: {t: {related: {of: job.firm, where: 'x = 1'}}}}", "firm"),
            "unknown_field", "x", "",
        ),
        (
            extend("period: {from: sinse, to: until}", "job"),
            "unknown_field", "sinse", "since",
        ),
        (extend("plays: {chief: {}}"), "unknown_part", "chief", ""),
        (extend("plays: {employee: {usr: name}}"), "unknown_role", "usr", "user"),
        (extend("plays: {employee: {user: nmae}}"), "unknown_field", "nmae", "name"),
        (extend("plays: organisation"), "part_taken", "organisation", ""),
        ("kind: entity\nname: empty", "no_fields", "", ""),
        (
            "kind: entity\nname: line\nowner: firm\nfields: {a: {type: text}}",
            "no_lines_field", "firm", "",
        ),
        (
            "kind: picklist\nname: sub\nparent: levle\nchoices: [a]",
            "unknown_picklist", "levle", "level",
        ),
        (
            "kind: picklist\nname: sub\nparent: level\nchoices: {a: {parent: glod}}",
            "unknown_choice", "glod", "gold",
        ),
        ("kind: menu\nname: m\nitems: [frim]", "unknown_entity", "frim", "firm"),
        ("kind: menu\nname: m\nwho: bos\nitems: [firm]", "unknown_role", "bos", ""),
        (
            "kind: menu\nname: m\nitems: {firm: {who: [admin, bos]}}",
            "unknown_role", "bos", "",
        ),
        (
            "kind: picklist\nname: sub\nchoices: {a: {who: {users: wang, roles: bos}}}",
            "unknown_role", "bos", "",
        ),
        (field("{type: picklist, values: {a: {who: bos}}}"), "unknown_role", "bos", ""),
        (
            "kind: menu\nname: m\nitems: {a: {entity: firm, query: q}}",
            "unknown_query", "q", "",
        ),
        ("kind: role\nname: r\ngrants: {frim: all}", "unknown_entity", "frim", "firm"),
        ("kind: role\nname: r\ngrants: {firm: [raed]}", "unknown_action", "raed", "read"),
        (
            "kind: role\nname: r\ngrants: {firm: {actions: [read], hidden: [nmae]}}",
            "unknown_field", "nmae", "name",
        ),
        (
            "kind: role\nname: r\ngrants: {firm: {actions: [read], rows: 'nmae = 1'}}",
            "unknown_field", "nmae", "name",
        ),
        ("kind: setting\nname: s\ntype: txet", "unknown_field_type", "txet", "text"),
        (
            "kind: setting\nname: s\ntype: integer\noptions: {mni: 1}",
            "unknown_key", "mni", "min",
        ),
        (
            "kind: seed\nname: s\nentity: frim\nkey: [name]\nrows: []",
            "unknown_entity", "frim", "firm",
        ),
        (
            "kind: seed\nname: s\nentity: firm\nkey: [nmae]\nrows: []",
            "unknown_field", "nmae", "name",
        ),
        (
            "kind: seed\nname: s\nentity: firm\nkey: [name]\nrows: [{nmae: x}]",
            "unknown_field", "nmae", "name",
        ),
        ("kind: seed\nname: s\nentity: firm\nkey: [name]", "rows_or_csv", "", ""),
        ("kind: import_map\nname: i\nentity: frim", "unknown_entity", "frim", "firm"),
        (
            "kind: import_map\nname: i\nentity: firm\ncolumns: {A: nmae}",
            "unknown_field", "nmae", "name",
        ),
        (
            "kind: import_map\nname: i\nentity: person\ncolumns: {A: past.sinse}",
            "unknown_field", "sinse", "since",
        ),
        (
            "kind: import_map\nname: i\nentity: person\ncolumns: {A: {field: firm, match: nmae}}",
            "unknown_field", "nmae", "name",
        ),
        (
            "kind: import_map\nname: i\nentity: firm\naliases: {nmae: [x]}",
            "unknown_field", "nmae", "name",
        ),
    ],
)  # fmt: skip
def test_what_is_not_defined_is_a_problem_with_the_nearest_word(
    problems_of: Callable[[str], tuple[Problem, ...]], text: str, code: str, found: str, near: str
) -> None:
    (problem,) = problems_of(text)
    assert (problem.code, problem.found, problem.nearest) == (code, found, near)
    assert problem.place is not None
    assert problem.place.line > GOOD.count("\n")
