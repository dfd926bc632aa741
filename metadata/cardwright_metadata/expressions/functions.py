"""The functions of the language: names in both languages, arguments, results, back ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

#: Where a pure function runs.
EVERYWHERE = frozenset({"python", "sql", "javascript"})
PYTHON = frozenset({"python"})
ON_SERVER = frozenset({"python", "sql"})

#: Of records that are valid for a time: the one that is valid on a day, and whether one is.
AT = "at"
VALID_AT = "valid_at"


@dataclass(frozen=True)
class Function:
    """One function: its names, what it takes and gives, and where it can run.

    ``parameters`` are kinds of values; ``?`` behind one marks it as optional, ``*`` behind the
    last as repeatable. ``moment`` is date or datetime, ``any`` everything, ``same`` all alike.
    ``result`` is a kind, ``same`` (as the arguments marked so) or ``first`` (as the first one).
    """

    name: str
    chinese: tuple[str, ...]
    parameters: tuple[str, ...]
    result: str
    backends: frozenset[str] = EVERYWHERE
    clock: bool = False  #: depends on when it is read
    reading: bool = False  #: reads other records: on the server only, with the reader's rights

    @property
    def minimum(self) -> int:
        """Return how many arguments are needed."""
        return sum(not kind.endswith(("?", "*")) for kind in self.parameters)

    @property
    def maximum(self) -> int | None:
        """Return how many arguments are taken; None without a limit."""
        if self.parameters and self.parameters[-1].endswith("*"):
            return None
        return len(self.parameters)

    def kind(self, index: int) -> str:
        """Return the kind of the argument at an index."""
        return self.parameters[min(index, len(self.parameters) - 1)].rstrip("?*")


def _period(name: str, *chinese: str) -> Function:
    return Function(name, chinese, (), "period", clock=True)


_LOGIC = (
    Function("if", ("如果",), ("boolean", "same", "same?"), "same"),
    Function("coalesce", ("首个非空", "取非空"), ("same", "same*"), "same"),
)
_NUMBERS = (
    Function("round", ("四舍五入",), ("decimal", "decimal?"), "decimal"),
    Function("floor", ("取整", "向下取整"), ("decimal",), "decimal"),
    Function("ceiling", ("向上取整",), ("decimal",), "decimal"),
    Function("truncate", ("截尾",), ("decimal", "decimal?"), "decimal"),
    Function("abs", ("绝对值",), ("decimal",), "first"),
    Function("sign", ("正负",), ("decimal",), "decimal"),
    Function("mod", ("余数",), ("decimal", "decimal"), "decimal"),
    Function("min", ("最小", "最小值"), ("same", "same*"), "same"),
    Function("max", ("最大", "最大值"), ("same", "same*"), "same"),
    Function("average", ("平均", "平均值"), ("decimal", "decimal*"), "decimal"),
    Function("number", ("数值",), ("text",), "decimal"),
)
_TEXTS = (
    Function("concat", ("合并", "连接"), ("any", "any*"), "text"),
    Function("length", ("长度",), ("text",), "decimal"),
    Function("left", ("左",), ("text", "decimal"), "text"),
    Function("right", ("右",), ("text", "decimal"), "text"),
    Function("middle", ("截取",), ("text", "decimal", "decimal"), "text"),
    Function("lower", ("小写",), ("text",), "text"),
    Function("upper", ("转大写",), ("text",), "text"),
    Function("trim", ("去空格",), ("text",), "text"),
    Function("replace", ("替换",), ("text", "text", "text"), "text"),
    Function("capitals", ("大写", "金额大写"), ("decimal",), "text", PYTHON),
    Function("pinyin", ("拼音",), ("text",), "text", PYTHON),
    Function("text", ("文本",), ("any", "text?"), "text", PYTHON),
)
_DATES = (
    Function("today", ("今天", "今日"), (), "date", clock=True),
    Function("yesterday", ("昨天",), (), "date", clock=True),
    Function("tomorrow", ("明天",), (), "date", clock=True),
    Function("now", ("现在",), (), "datetime", clock=True),
    Function("year", ("年", "年份"), ("moment",), "decimal"),
    Function("quarter", ("季度",), ("moment",), "decimal"),
    Function("month", ("月", "月份"), ("moment",), "decimal"),
    Function("day", ("日",), ("moment",), "decimal"),
    Function("weekday", ("星期",), ("moment",), "decimal"),
    Function("hour", ("时", "小时"), ("datetime",), "decimal"),
    Function("minute", ("分", "分钟"), ("datetime",), "decimal"),
    Function("date", ("日期",), ("moment",), "date"),
    Function("make_date", ("组成日期",), ("decimal", "decimal", "decimal"), "date"),
    Function("start_of", ("期初",), ("text", "moment?"), "date"),
    Function("end_of", ("期末",), ("text", "moment?"), "date"),
    Function("add_months", ("加月",), ("moment", "decimal"), "first"),
    Function("add_years", ("加年",), ("moment", "decimal"), "first"),
    Function("days", ("天数", "天"), ("any", "moment?"), "duration"),
    Function("weeks", ("周数",), ("decimal",), "duration"),
    Function("hours", ("小时数",), ("decimal",), "duration"),
    Function("minutes", ("分钟数",), ("decimal",), "duration"),
)
_PERIODS = (
    _period("this_week", "本周"),
    _period("this_month", "本月"),
    _period("this_quarter", "本季度", "本季"),
    _period("this_year", "本年", "今年"),
    _period("last_week", "上周"),
    _period("last_month", "上月"),
    _period("last_quarter", "上季度", "上季"),
    _period("last_year", "上年", "去年"),
    _period("next_week", "下周"),
    _period("next_month", "下月"),
    _period("next_quarter", "下季度", "下季"),
    _period("next_year", "明年"),
    Function("last_n_days", ("最近天数",), ("decimal",), "period", clock=True),
    Function("next_n_days", ("未来天数",), ("decimal",), "period", clock=True),
    Function("last_n_months", ("最近月数",), ("decimal",), "period", clock=True),
    Function("next_n_months", ("未来月数",), ("decimal",), "period", clock=True),
)
_RECORDS = (
    Function("record", ("记录",), ("text", "decimal"), "record"),
    Function(AT, ("有效于",), ("any", "date"), "any"),
    Function("find", ("查找",), ("any", "any*"), "any", PYTHON, reading=True),
    Function("exists", ("存在",), ("any", "any?"), "boolean", PYTHON, reading=True),
    Function("balance", ("余额", "结存"), ("any",), "decimal", PYTHON, reading=True),
    Function("evaluate", ("计算",), ("any", "any?"), "any", PYTHON, reading=True),
    Function(VALID_AT, ("当时有效",), ("date",), "boolean"),
    Function("workdays", ("工作日",), ("date", "date", "any?"), "decimal", PYTHON, reading=True),
    Function("band", ("分档",), ("any", "decimal"), "decimal", PYTHON, reading=True),
)

#: Every function by its English name.
FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {each.name: each for each in _LOGIC + _NUMBERS + _TEXTS + _DATES + _PERIODS + _RECORDS}
)

#: Questions about to-many records that are written like functions, by English name.
AGGREGATES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "count": ("计数",),
        "sum": ("求和",),
        "min": ("最小", "最小值"),
        "max": ("最大", "最大值"),
        "average": ("平均", "平均值"),
    }
)

#: ``is_empty(x)`` is another spelling of ``x is empty``.
EMPTINESS = "is_empty"


def _chinese_names() -> Iterator[tuple[str, str]]:
    for function in FUNCTIONS.values():
        for word in function.chinese:
            yield word, function.name
    for name, words in AGGREGATES.items():
        for word in words:
            yield word, name
    yield "为空", EMPTINESS


#: English name of a function by its Chinese name.
CHINESE_NAMES: Mapping[str, str] = MappingProxyType(dict(_chinese_names()))
