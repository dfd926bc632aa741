"""A site's changes meet a pack's next release, property by property, and none is lost."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardwright_metadata.marks import MarkedMap, plain, value_at
from cardwright_metadata.overlays import apply_operations
from cardwright_metadata.three_ways import KEEP, TAKE, Entry, Merging, Path, Spotted
from cardwright_metadata.yaml_files import read_yaml

TARGET = "entity/order"
PACK = """\
label: {zh: 订单}
fields:
  sum: {type: money, label: {zh: 金额}}
  note: {type: text, help: {zh: 备注}}
list: {columns: {sum: {width: 2}, note: {}}}
card: {tabs: {main: {label: {zh: 概况}}}}
"""
History = Mapping[Spotted, Entry]


def read(text: str) -> MarkedMap:
    (document,), problems = read_yaml(text.encode(), "site.yaml")
    assert not problems
    return document.content


def marked(value: Any) -> Any:  # noqa: ANN401 - any value of a definition
    """Return a value as the loader would give it."""
    if not isinstance(value, dict):
        return value
    made = MarkedMap()
    for key, each in value.items():
        made.put(key, marked(each), None, None)
    return made


def merge(
    change: MarkedMap,
    pack: MarkedMap,
    history: History | None = None,
    choices: Mapping[Spotted, str] | None = None,
) -> tuple[dict[str, Any], Merging]:
    """Lay a change over a pack's definition; return what came out and what was found."""
    merging = Merging("x_site", history or {}, choices or {})
    operations = merging.merge(change, pack, TARGET)
    return plain(apply_operations(pack, operations)), merging


def history_of(merging: Merging) -> History:
    return {(each.target, each.path): each for each in merging.entries}


def upgraded(
    change: str, pack: str, choices: Mapping[Spotted, str] | None = None
) -> tuple[dict[str, Any], Merging]:
    """Make a change over PACK, then upgrade the pack under it."""
    _, first = merge(read(change), read(PACK))
    return merge(read(change), read(pack), history_of(first), choices)


# -- one property at a time --------------------------------------------------------------------


def test_where_only_the_site_changed_its_value_stays() -> None:
    found, merging = upgraded("label: {zh: 销售单}", PACK.replace("金额", "合计"))
    assert found["label"] == {"zh": "销售单"}
    assert found["fields"]["sum"]["label"] == {"zh": "合计"}
    assert (merging.meetings, merging.parked) == ([], [])


def test_where_both_say_the_same_the_pack_is_followed_from_then_on() -> None:
    same = PACK.replace("订单", "销售单")
    found, merging = upgraded("label: {zh: 销售单}", same)
    assert found["label"] == {"zh": "销售单"}
    assert merging.meetings == []
    change = read("label: {zh: 销售单}")
    later, last = merge(change, read(PACK.replace("订单", "单据")), history_of(merging))
    assert later["label"] == {"zh": "单据"}
    assert last.meetings == []


@pytest.mark.parametrize(("choice", "label"), [(KEEP, "销售单"), (TAKE, "单据")])
def test_where_both_changed_it_is_said_and_decided_once(choice: str, label: str) -> None:
    place = (TARGET, ("label", "zh"))
    pack = PACK.replace("订单", "单据")
    found, merging = upgraded("label: {zh: 销售单}", pack, {place: choice})
    assert found["label"] == {"zh": label}
    (met,) = merging.meetings
    assert (met.base, met.theirs, met.ours, met.choice) == ("订单", "单据", "销售单", choice)
    assert str(met.place) == "site.yaml:1:13"
    again, last = merge(read("label: {zh: 销售单}"), read(pack), history_of(merging))
    assert (again["label"], last.meetings) == ({"zh": label}, [])


def test_a_change_that_was_edited_since_is_a_new_one() -> None:
    _, first = merge(read("label: {zh: 销售单}"), read(PACK))
    pack = read(PACK.replace("订单", "单据"))
    found, merging = merge(read("label: {zh: 合同}"), pack, history_of(first))
    assert (found["label"], merging.meetings) == ({"zh": "合同"}, [])


def test_a_renamed_field_takes_the_sites_changes_along() -> None:
    renamed = PACK.replace("  sum: {", "  total: {was: [sum], ").replace("{sum: {w", "{total: {w")
    change = "fields: {sum: {label: {zh: 总额}}}\nlist: {columns: {sum: {width: 5}}}"
    found, merging = upgraded(change, renamed)
    assert found["fields"]["total"]["label"] == {"zh": "总额"}
    assert found["list"]["columns"]["total"] == {"width": 5}
    assert "sum" not in found["fields"]
    assert (merging.meetings, merging.parked) == ([], [])
    assert [(path[-1], old) for _, path, old in merging.followed] == [
        ("total", "sum"),
        ("total", "sum"),
    ]


def test_a_change_of_something_that_is_gone_is_put_aside_and_comes_back() -> None:
    change = "fields: {note: {help: {zh: 内部}}, x_own: {type: date}}"
    gone = PACK.replace("  note: {type: text, help: {zh: 备注}}\n", "").replace(", note: {}", "")
    found, merging = upgraded(change, gone)
    assert "note" not in found["fields"]
    assert found["fields"]["x_own"] == {"type": "date"}
    (parked,) = merging.parked
    assert (parked.path, parked.value) == (("fields", "note", "help", "zh"), "内部")
    back, last = merge(read(change), read(PACK), history_of(merging))
    assert back["fields"]["note"]["help"] == {"zh": "内部"}
    assert (last.parked, last.meetings) == ([], [])


def test_the_pack_that_a_change_of_a_gone_field_is_of_does_not_make_it_a_field() -> None:
    change = "fields: {note: {help: {zh: 内部}, pack: x_site}}"
    gone = PACK.replace("  note: {type: text, help: {zh: 备注}}\n", "").replace(", note: {}", "")
    _, first = merge(read("fields: {note: {help: {zh: 内部}}}"), read(PACK))
    found, merging = merge(read(change), read(gone), history_of(first))
    assert found == plain(read(gone))
    assert [each.value for each in merging.parked] == ["内部"]


def test_an_own_item_outlives_the_map_that_held_it() -> None:
    change = "card: {tabs: {x_more: {label: {zh: 更多}}, main: {label: {zh: 首页}}}}"
    gone = PACK.replace("card: {tabs: {main: {label: {zh: 概况}}}}\n", "")
    found, merging = upgraded(change, gone)
    assert found["card"] == {"tabs": {"x_more": {"label": {"zh": "更多"}}}}
    assert [each.path for each in merging.parked] == [("card", "tabs", "main", "label", "zh")]


def test_what_the_site_took_away_stays_away() -> None:
    change = "fields: {note: null}\nlist: {columns: {sum: null}}"
    found, merging = upgraded(change, PACK.replace("width: 2", "width: 3"))
    assert found["fields"]["note"]["retired"] is True
    assert "sum" not in found["list"]["columns"]
    assert [each.path for each in merging.meetings] == [("list", "columns", "sum")]


# -- whatever the pack, the changes and the next release ---------------------------------------

NAMES = st.sampled_from(["a", "b", "c", "d"])
WORDS = st.sampled_from(["one", "two", "three", "four"])
FIELD = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "date"])},
    optional={"label": st.dictionaries(st.sampled_from(["zh", "en"]), WORDS), "help": WORDS},
)
DEFINITION = st.fixed_dictionaries(
    {"fields": st.dictionaries(NAMES, FIELD, min_size=1)},
    optional={
        "label": st.dictionaries(st.sampled_from(["zh", "en"]), WORDS, min_size=1),
        "list": st.fixed_dictionaries(
            {
                "columns": st.dictionaries(
                    NAMES, st.fixed_dictionaries({}, optional={"width": WORDS})
                )
            }
        ),
        "title": WORDS,
    },
)
CHANGE = st.fixed_dictionaries(
    {},
    optional={
        "label": st.dictionaries(st.sampled_from(["zh", "en"]), WORDS, min_size=1),
        "title": st.one_of(WORDS, st.none()),
        "fields": st.dictionaries(
            NAMES,
            st.one_of(
                st.none(),
                st.fixed_dictionaries({}, optional={"label": st.dictionaries(
                    st.sampled_from(["zh", "en"]), WORDS, min_size=1), "help": WORDS}),
            ),
        ),
        "list": st.fixed_dictionaries(
            {"columns": st.dictionaries(NAMES, st.fixed_dictionaries({"width": WORDS}))}
        ),
    },
)  # fmt: skip


def leaves(content: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 - any
    """Yield every value that stands at the end of a path."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield from leaves(value, (*path, key))
    else:
        yield path, content


def is_there(merging: Merging, found: dict[str, Any], path: Path, value: object) -> bool:
    """Tell whether a site's value is in use, put aside, or left for the pack's on purpose."""
    here = value_at(found, path)
    if here == value or (value is None and isinstance(here, dict) and here.get("retired")):
        return True
    for each in merging.parked:
        size = len(each.path)
        if each.path == path[:size] and value_at(each.value, path[size:]) == value:
            return True
    return any(each.path == path[: len(each.path)] and each.choice for each in merging.entries)


@settings(max_examples=400, deadline=None)
@given(st.lists(DEFINITION, min_size=2, max_size=5), CHANGE, st.sampled_from([KEEP, TAKE]))
def test_upgrades_are_deterministic_idempotent_and_lose_no_value(
    releases: list[dict[str, Any]], change: dict[str, Any], choice: str
) -> None:
    history: History = {}
    for release in releases:
        pack = marked(release)
        _, looked = merge(marked(change), pack, history)
        choices = {(TARGET, each.path): choice for each in looked.meetings}
        found, merging = merge(marked(change), pack, history, choices)
        same, again = merge(marked(copy.deepcopy(change)), marked(release), history, choices)
        assert (same, again.entries, again.meetings) == (found, merging.entries, merging.meetings)
        for path, value in leaves(change):
            assert is_there(merging, found, path, value), (path, value)
        for path, value in leaves(release):
            touched = any(path[: len(each.path)] == each.path for each in merging.entries)
            assert touched or value_at(found, path) == value
        history = history_of(merging)
        settled, last = merge(marked(change), pack, history)
        assert (settled, last.meetings) == (found, [])
        assert history_of(last) == history


@settings(max_examples=200, deadline=None)
@given(DEFINITION, DEFINITION, CHANGE)
def test_what_the_pack_did_not_touch_never_meets(
    first: dict[str, Any], other: dict[str, Any], change: dict[str, Any]
) -> None:
    _, made = merge(marked(change), marked(first))
    _, merging = merge(marked(change), marked(other), history_of(made))
    for met in merging.meetings:
        assert plain(value_at(marked(first), met.path)) == met.base != met.theirs
        assert plain(value_at(marked(other), met.path)) == met.theirs != met.ours
