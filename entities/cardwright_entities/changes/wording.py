"""What a plan means for people, in three sentences: what changes, which records, how long."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Effects:
    """Counts from which the sentences are made."""

    entities: int = 0  #: new kinds of records
    fields: int = 0  #: new fields of kinds that are there
    others: int = 0  #: new picklists, roles, menus and the like
    changed: int = 0  #: definitions whose words, forms, lists or rules change
    renamed: int = 0
    retyped: int = 0  #: fields whose values convert to another type
    retired: int = 0
    restored: int = 0
    purged: int = 0  #: definitions whose data goes to an archive
    frozen: int = 0  #: closed records, which keep the values they have
    records: int = 0  #: stored records that something is computed for
    offending: int = 0  #: stored records that a new rule would not allow
    steps: int = 0  #: steps in the database
    seconds: float = 0.0  #: a rough guess


def describe_effects(effects: Effects, language: str) -> tuple[str, ...]:
    """Return the three sentences in Chinese or, for any other language, in English."""
    if language.startswith("zh"):
        return (_changes_zh(effects), _records_zh(effects), _time_zh(effects))
    return (_changes_en(effects), _records_en(effects), _time_en(effects))


def _changes_zh(effects: Effects) -> str:
    words = [
        f"新增 {effects.entities} 个业务对象" if effects.entities else "",
        f"新增 {effects.fields} 个字段" if effects.fields else "",
        f"新增 {effects.others} 项其他定义" if effects.others else "",
        f"修改 {effects.changed} 处定义" if effects.changed else "",
        f"改名 {effects.renamed} 处" if effects.renamed else "",
        f"更换 {effects.retyped} 个字段的类型" if effects.retyped else "",
        f"停用 {effects.retired} 处" if effects.retired else "",
        f"启用 {effects.restored} 处" if effects.restored else "",
        f"清除 {effects.purged} 处" if effects.purged else "",
    ]
    return ("，".join(word for word in words if word) or "没有变化") + "。"


def _records_zh(effects: Effects) -> str:
    if effects.offending:
        return f"有 {effects.offending:,} 条记录不符合新规则，需要先处理。"
    kept = f"，其中 {effects.frozen:,} 条已封存记录保持原值" if effects.frozen else ""
    fate = "数据先归档再删除" if effects.purged else "不会删除任何数据"
    if effects.records:
        return f"将影响 {effects.records:,} 条记录{kept}，{fate}。"
    return f"不影响已有记录，{fate}。"


def _time_zh(effects: Effects) -> str:
    if not effects.steps:
        return "立即生效，无需停机。"
    return f"共 {effects.steps} 步，预计 {_round_up(effects.seconds)} 秒，期间可以继续使用。"


def _changes_en(effects: Effects) -> str:
    words = [
        _counted(effects.entities, "new entity", "new entities"),
        _counted(effects.fields, "new field", "new fields"),
        _counted(effects.others, "other new definition", "other new definitions"),
        _counted(effects.changed, "changed definition", "changed definitions"),
        _counted(effects.renamed, "new name", "new names"),
        _counted(effects.retyped, "field of another type", "fields of other types"),
        _counted(effects.retired, "retired definition", "retired definitions"),
        _counted(effects.restored, "restored definition", "restored definitions"),
        _counted(effects.purged, "purged definition", "purged definitions"),
    ]
    text = ", ".join(word for word in words if word) or "nothing changes"
    return f"{text[0].upper()}{text[1:]}."


def _records_en(effects: Effects) -> str:
    if effects.offending:
        records = _counted(effects.offending, "record breaks", "records break")
        return f"{records} a new rule and must be put right first."
    kept = _counted(effects.frozen, "frozen one keeps its values", "frozen ones keep their values")
    fate = "data is archived, then deleted" if effects.purged else "no data is deleted"
    if effects.records:
        records = _counted(effects.records, "record is", "records are")
        return f"{records} affected{f' ({kept})' if kept else ''}; {fate}."
    return f"No stored record is affected; {fate}."


def _time_en(effects: Effects) -> str:
    if not effects.steps:
        return "It takes effect at once, without a pause."
    seconds = _counted(_round_up(effects.seconds), "second", "seconds")
    steps = _counted(effects.steps, "step", "steps")
    return f"{steps}, about {seconds}; work goes on meanwhile."


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}" if count else ""


def _round_up(seconds: float) -> int:
    return max(1, int(seconds + 0.999))
