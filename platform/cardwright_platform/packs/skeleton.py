"""The pack that ``cardwright pack new`` writes: small, whole, and its test passes."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAME = re.compile(r"([a-z][a-z0-9]{0,15})_[a-z][a-z0-9_]{0,40}")

_PACK = """\
kind: pack
name: {name}
label: {{zh: {name}, en: {name}}}
language: 1
version: "1.0"
words: zh
vendor: {prefix}
prefix: {prefix}
powers: {{}}        # what it does beyond its own definitions, see docs
"""
_ENTITY = """\
kind: entity
name: {name}
label: {{zh: 事项, en: Matter}}
family: document
title: subject
fields:
  number:  {{type: serial, pattern: "M{{0000}}", label: {{zh: 编号, en: Number}}}}
  subject: {{type: text, required: true, label: {{zh: 主题, en: Subject}}}}
  kind:    {{type: picklist, of: {name}_kind, default: task, label: {{zh: 类别, en: Kind}}}}
  due:     {{type: date, label: {{zh: 截止日期, en: Due}}}}
  hours:   {{type: decimal, min: 0, label: {{zh: 工时, en: Hours}}}}
  rate:    {{type: decimal, min: 0, default: 100, label: {{zh: 单价, en: Rate}}}}
  cost:    {{type: formula, returns: decimal, formula: hours * rate, stored: true,
            label: {{zh: 费用, en: Cost}}}}
list:
  columns: [number, subject, kind, due, cost]
  sort: [-number]
card:
  tabs:
    main:
      label: {{zh: 概况, en: Overview}}
      sections:
        basics: {{label: {{zh: 基本信息, en: Basics}}, fields: [number, subject, kind, due]}}
        effort: {{label: {{zh: 工作量, en: Effort}}, fields: [hours, rate, cost]}}
---
kind: picklist
name: {name}_kind
label: {{zh: 事项类别, en: Kind of matter}}
choices:
  task:  {{label: {{zh: 任务, en: Task}}, colour: blue}}
  issue: {{label: {{zh: 问题, en: Issue}}, colour: red}}
---
kind: menu
name: {name}
label: {{zh: 事项, en: Matters}}
items: [{name}]
---
kind: role
name: {name}_user
label: {{zh: 事项经办, en: Handles matters}}
grants:
  {name}: {{actions: [read, create, edit]}}
"""
_SEED = """\
kind: seed
name: {name}_first
entity: {name}
key: [subject]
rows:
  - {{subject: 认识新模块, kind: task, hours: 1}}
"""
_SCENARIO = """\
kind: scenario
name: {name}_costs
label: {{zh: 工时乘单价, en: Hours at a rate}}
as: {name}_user
given:
  first: {{find: {name}, match: {{subject: 认识新模块}}}}
steps:
  work:
    create: {name}
    values: {{subject: 调试, hours: "2.5", rate: 80}}
    expect: {{cost: 200, kind: task}}
  more:    {{update: $first, values: {{hours: 3}}, expect: {{cost: 300}}}}
  nothing: {{create: {name}, values: {{hours: 1}}, refused: {{code: required, field: subject}}}}
  all:     {{sum: {name}, of: cost, is: 500}}
"""
_README = """\
# {name}

A pack for Cardwright. `cardwright pack test .` plays its scenarios, `cardwright dev .` shows it
while you write, `cardwright pack build .` makes the archive that others install.
"""


def prefix_of(name: str) -> str:
    """Return the vendor's prefix of a name such as acme_visits, empty for another name."""
    found = _NAME.fullmatch(name)
    return found[1] if found and found[1] != "x" else ""


def skeleton(name: str) -> Mapping[str, str]:
    """Return the files of a new pack by their paths."""
    words = {"name": name, "prefix": prefix_of(name)}
    files = {
        "pack.yaml": _PACK,
        f"{name}.yaml": _ENTITY,
        "seeds.yaml": _SEED,
        "scenarios.yaml": _SCENARIO,
        "README.md": _README,
    }
    return {path: text.format_map(words) for path, text in files.items()}
