"""What steps of rules name is checked: each record found, what was asked, items and ranks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError
from cardwright_metadata.type_catalogue import TypeCatalogue

THINGS = """\
kind: entity
name: firm
fields: {name: {type: text}, size: {type: integer}, boss: {type: link, to: firm}}
---
kind: rule
name: trial
of: firm
"""


@pytest.mark.parametrize(
    ("rule", "place", "found"),
    [
        ("trigger: saved\ndo: {a: {set: {name: $each.name}}}", "do.a.set.name", "$each"),
        ("trigger: {button: card}\ndo: {a: {set: {name: $ask.name}}}", "do.a.set.name", "name"),
        ("trigger: saved\nfor_each: firm.boss\ndo: {a: {set: {name: $each.nam}}}",
         "do.a.set.name", "nam"),
        ("trigger: saved\nfor_each: bos\ndo: {a: {set: {size: 1}}}", "for_each.path", "bos"),
        ("trigger: {button: card}\nask: [nam]\ndo: {a: {set: {size: 1}}}", "ask.nam", "nam"),
        ("trigger: {button: card}\nask: {m: {type: txt}}\ndo: {a: {set: {size: 1}}}",
         "ask.m.type", "txt"),
        ("trigger: {button: card}\nask: {m: {type: text, sale: 1}}\ndo: {a: {set: {size: 1}}}",
         "ask.m.sale", "sale"),
        ("trigger: {button: card}\nask: {m: {type: link, to: frim}}\ndo: {a: {set: {size: 1}}}",
         "ask.m.to", "frim"),
        ("trigger: {button: card}\nask: {m: {type: serial}}\ndo: {a: {set: {size: 1}}}",
         "ask.m.type", "serial"),
        ("trigger: {button: card}\nask: {m: {type: text, unique: true}}\ndo: {a: {set: {size: 1}}}",
         "ask.m.unique", "unique"),
        ("trigger: {button: card}\nask: {name: {label: x}}\ndo: {a: {set: {size: 1}}}",
         "ask.name.label", "label"),
        ("trigger: {button: card}\nask: {m: {type: text}}\ndo: {a: {set: {name: $ask.n}}}",
         "do.a.set.name", "n"),
        ("trigger: {button: list}\nfor_each: {entity: firm}\ndo: {a: {set: {name: name}}}",
         "do.a.set.name", "name"),
        ("trigger: {webhook: true}\nas: system\ndo: {a: {set: {size: 1}}}", "do.a.set", "set"),
        ("trigger: {webhook: true}\nas: system\nif: size > 1\n"
         "do: {a: {create: {entity: firm, set: {size: 1}}}}",
         "if", "if"),
        ("trigger: {webhook: true}\nas: system\n"
         "do: {a: {create: {entity: firm, set: {boss: n}}}}",
         "do.a.create.set.boss", "n"),
        ("trigger: {webhook: true}\ndo: {a: {create: {entity: firm, set: {size: 1}}}}",
         "trigger", ""),
        ("trigger: {mail: true}\nas: system\n"
         "do: {a: {create: {entity: firm, set: {name: $mail.form}}}}",
         "do.a.create.set.name", "form"),
        ("trigger: {mail: true}\nas: system\nif: size > 1\n"
         "do: {a: {create: {entity: firm, set: {name: $mail.from}}}}",
         "if", "size"),
        ("trigger: {mail: true}\nas: system\ndo: {a: {set: {size: 1}}}", "do.a.set", "set"),
        ("trigger: {mail: true}\ndo: {a: {create: {entity: firm, set: {size: 1}}}}",
         "trigger", ""),
        ("trigger: {mail: true}\nas: system\nask: [name]\n"
         "do: {a: {create: {entity: firm, set: {size: 1}}}}",
         "ask", ""),
        ("trigger: {mail: true, webhook: true}\nas: system\n"
         "do: {a: {create: {entity: firm, set: {size: 1}}}}",
         "trigger", "webhook, mail"),
        ("trigger: saved\ndo: {a: {set: {name: $mail.from}}}", "do.a.set.name", "$mail"),
    ],
)  # fmt: skip
def test_a_name_that_means_nothing_is_reported_where_it_stands(
    write_pack: Callable[..., Pack],
    types: TypeCatalogue,
    rule: str,
    place: str,
    found: str,
) -> None:
    with pytest.raises(MetadataError) as refused:
        build_catalog([write_pack(THINGS + rule + "\n")], types)
    (problem,) = refused.value.problems
    assert (problem.path, problem.found) == (place, found)


@pytest.mark.parametrize(
    ("step", "word", "hint"),
    [
        ("update: {entity: firm, set: {size: 1}}", "set", "'for_each'"),
        ("post: bill", "move", "at the entity"),
    ],
)
def test_a_step_that_another_word_says_is_answered_with_that_word(
    write_pack: Callable[..., Pack], types: TypeCatalogue, step: str, word: str, hint: str
) -> None:
    pack = write_pack(f"{THINGS}trigger: saved\ndo:\n  a: {{{step}}}\n")
    with pytest.raises(MetadataError) as refused:
        build_catalog([pack], types)
    problem = refused.value.problems[0]
    assert (problem.code, problem.path, problem.nearest) == (
        "unknown_key",
        f"do.a.{step.partition(':')[0]}",
        word,
    )
    assert hint in problem.message
