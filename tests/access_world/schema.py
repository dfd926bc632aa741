"""The workshop as the oracle knows it: fields by kind, what computed ones read, what is searched.

``> firm`` is a link, ``lines job`` and ``links thing`` lead to many, ``any`` to a record of some
entity; ``words`` is text that people sort by. Readings of Han stand with their tone, the most
frequent first.
"""

from __future__ import annotations

from collections.abc import Mapping

_COMMON = {"id": "number", "created_at": "moment"}
_LINE = {"id": "number", "position": "number", "created_at": "moment"}

FIELDS: Mapping[str, Mapping[str, str]] = {
    "area": {"code": "words", "name": "words", "above": "> area", **_COMMON},
    "firm": {
        "code": "text", "name": "words", "short": "text", "level": "text", "tags": "list",
        "area": "> area", "mother": "> firm", "phone": "text", "email": "text",
        "credit": "number", "staff": "number", "share": "number", "founded": "date",
        "seen_at": "moment", "partner": "boolean", "note": "text", "double": "number", **_COMMON,
    },
    "person": {
        "name": "words", "jobs": "lines job", "company": "mirror jobs.current.firm",
        "post": "mirror jobs.current.post", **_COMMON,
    },
    "job": {
        "head": "> person", "firm": "> firm", "post": "words", "since": "date", "until": "date",
        **_LINE,
    },
    "thing": {"code": "words", "name": "words", "price": "number", **_COMMON},
    "deal": {
        "number": "words", "firm": "> firm", "due": "date", "stage": "text",
        "items": "lines deal_item", "total": "number", "extras": "links thing", "about": "any",
        **_COMMON,
    },
    "deal_item": {
        "head": "> deal", "thing": "> thing", "quantity": "number", "price": "number",
        "amount": "number", **_LINE,
    },
}  # fmt: skip

#: What a computed field reads: it exists for those who may read all of it.
INPUTS: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("firm", "double"): (("firm", "staff"),),
    ("firm", "short"): (("firm", "name"),),
    ("person", "company"): (
        ("person", "jobs"),
        ("job", "firm"),
        ("job", "since"),
        ("job", "until"),
    ),
    ("person", "post"): (("person", "jobs"), ("job", "post"), ("job", "since"), ("job", "until")),
    ("deal", "total"): (("deal", "items"), ("deal_item", "amount")),
    ("deal_item", "amount"): (("deal_item", "quantity"), ("deal_item", "price")),
}

#: Groups of fields, of which rights speak together.
GROUPS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("firm", "figures"): ("credit", "staff", "share"),
    ("firm", "contacts"): ("phone", "email"),
    ("deal_item", "sums"): ("price", "amount"),
}

TITLES = {
    "area": "name", "firm": "name", "person": "name", "job": "post", "thing": "name",
    "deal": "number", "deal_item": "thing",
}  # fmt: skip
TREES = {"area": "above"}
PERIODS = {"job": ("since", "until")}
#: Searched fields with their weights.
SEARCHED: Mapping[str, Mapping[str, int]] = {
    "area": {"name": 1},
    "firm": {"name": 3, "short": 1, "phone": 1, "area.name": 1},
    "person": {"name": 1},
    "job": {"post": 3},
    "thing": {"name": 3},
    "deal": {"number": 3},
}

PINYIN: Mapping[str, tuple[str, ...]] = {
    "华": ("hua2",), "南": ("nan2", "na1"), "北": ("bei3",), "京": ("jing1",), "海": ("hai3",),
    "东": ("dong1",), "庆": ("qing4",), "重": ("zhong4", "chong2", "tong2"),
    "长": ("zhang3", "chang2"), "沙": ("sha1", "suo1"), "科": ("ke1",), "动": ("dong4",),
    "设": ("she4",), "备": ("bei4",), "公": ("gong1",), "司": ("si1", "ci1"), "电": ("dian4",),
    "张": ("zhang1",), "李": ("li3",), "小": ("xiao3",), "玉": ("yu4",), "山": ("shan1",),
    "天": ("tian1",), "水": ("shui3",), "中": ("zhong1",), "号": ("hao4", "xiao1"),
    "经": ("jing1",), "理": ("li3",), "会": ("hui4", "kuai4"), "计": ("ji4",),
    "销": ("xiao1",), "售": ("shou4", "shu2"),
}  # fmt: skip
