from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import cardwright_platform.words
from cardwright_entities.audit.kinds import KINDS
from cardwright_entities.errors import Message
from cardwright_platform.words import Words, load_words
from cardwright_platform.words.tables import LANGUAGES

FOLDER = Path(cardwright_platform.words.__file__).parent
THEMES = Path(__file__).resolve().parents[3] / "themes"
WORDS = load_words()
_USED = re.compile(r"""\bt\(\s*['"]([a-z0-9_.]+)['"]\s*[,)]""")


def test_every_key_has_every_language() -> None:
    lacking = [
        (key, language)
        for key in WORDS.keys()  # noqa: SIM118 - a method of ours, not of a dict
        for language in LANGUAGES
        if not WORDS.sentences(key).get(language, "").strip()
    ]
    assert lacking == []


def test_a_key_stands_once() -> None:
    lines = [
        line.partition(":")[0]
        for file in FOLDER.glob("*.yaml")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line and line[0] not in "# "
    ]
    assert [key for key, times in Counter(lines).items() if times > 1] == []


def test_the_languages_take_the_same_parameters() -> None:
    differing = []
    for key in WORDS.keys():  # noqa: SIM118 - a method of ours, not of a dict
        names = {
            tuple(sorted(set(re.findall(r"\{(\w+)\}", sentence))))
            for sentence in WORDS.sentences(key).values()
        }
        if len(names) > 1:
            differing.append(key)
    assert differing == []


def test_every_word_that_a_template_prints_is_there() -> None:
    missing = sorted(
        {
            f"{path.name}: {key}"
            for path in THEMES.rglob("templates/**/*.html")
            for key in _USED.findall(path.read_text(encoding="utf-8"))
            if not WORDS.knows(key)
        }
    )
    assert missing == []


def test_a_message_becomes_a_sentence() -> None:
    said = Message.of("password_short", limit=12)
    assert WORDS.say("en", said) == "At least 12 characters."
    assert WORDS.say("zh", said) == "至少 12 个字符"
    assert WORDS.say("fr", said) == "At least 12 characters."


def test_a_packs_own_words_for_a_check_win() -> None:
    said = Message.of("check_failed", text_zh="金额不能为负", text_en="Not below zero")
    assert [WORDS.say(language, said) for language in ("zh", "en", "fr")] == [
        "金额不能为负",
        "Not below zero",
        "Not below zero",
    ]


@pytest.mark.parametrize("value", ["{0}", "{limit}", "%(b)s", "{limit.__class__}", "\n<b>"])
def test_a_parameter_is_never_read_as_a_sentence(value: str) -> None:
    words = Words({"key": {"en": "Say {limit}.", "zh": "说 {limit}"}})
    assert words.translate("en", "key", {"limit": value}) == f"Say {value}."


def test_plugins_may_say_it_in_their_words(tmp_path: Path) -> None:
    (tmp_path / "words.yaml").write_text("required: {en: Go on, zh: 请填}", encoding="utf-8")
    assert load_words([tmp_path]).translate("zh", "required") == "请填"


def test_a_message_gives_the_reason_that_another_message_is() -> None:
    reason = {"because": "too_long", "because_max": 30, "because_length": 43}
    message = Message.of("recurrence_refused", name="巡检", day="2026-11-20", **reason)
    assert WORDS.say("zh", message) == "2026-11-20 的巡检没有生成：" + WORDS.say(
        "zh", Message.of("too_long", max=30, length=43)
    )
    own = {"because": "check", "because_text_zh": "太晚", "because_text_en": "Too late."}
    message = Message.of("recurrence_refused", name="visit", day="2026-11-20", **own)
    assert WORDS.say("en", message) == "visit of 2026-11-20 was not made: Too late."


def test_a_mistake_in_an_expression_is_told_in_the_reader_s_language() -> None:
    told = {"at": 3, "cause": "unknown_name", "problem": "There is no 'nix'.", "found": "nix"}
    message = Message.of("bad_condition", **told)
    assert WORDS.say("zh", message) == "条件第 3 个字符处有误：没有“nix”"
    assert WORDS.say("en", message).endswith("There is no 'nix'.")


def test_features_that_are_missing_are_told_by_their_labels() -> None:
    message = Message.of("plan_needs", features="define_objects, manage_rights")
    assert "修改业务对象、字段和规则；修改角色的权限" in WORDS.say("zh", message)
    assert "Change objects, fields and rules; Change what roles may do" in WORDS.say("en", message)
    unknown = Message.of("plan_needs", features="x_own")
    assert WORDS.say("en", unknown).endswith(" x_own.")


def test_every_deed_of_the_log_has_words() -> None:
    assert [name for name in KINDS if not WORDS.knows(f"audit.kind.{name}")] == []
