"""The words and signs of the language beside its functions, and the Chinese twins of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Words with a meaning of their own: no field may bear one as its name.
KEYWORDS = frozenset(
    {
        "all", "and", "any", "between", "contains", "empty", "false", "in", "is", "none", "not",
        "null", "or", "starts", "true", "under", "where",
    }
)  # fmt: skip

#: Names that begin with ``$``. Those of the context stand for one value, the others for a record.
CONTEXT_ROOTS = frozenset(
    {
        "$contact", "$favourites", "$me", "$my_department", "$my_departments", "$my_organisation",
        "$my_organisations", "$my_subordinates", "$my_teams", "$setting", "$shared",
        "$shared_to_edit", "$tagged", "$user",
    }
)  # fmt: skip
#: Of these, the records that were shared with whoever reads: behind a dot stands their entity.
SHARED_ROOTS = frozenset({"$shared", "$shared_to_edit"})
#: And those that whoever reads has marked; behind it stands which mark: ``$tagged('VIP')``.
MARK_ROOTS = frozenset({"$favourites", "$tagged"})
#: All that stand for records of one entity: of the one that is compared with them, or named.
RECORD_SETS = SHARED_ROOTS | MARK_ROOTS
RECORD_ROOTS = frozenset({"$ask", "$each", "$head", "$line", "$mail", "$old", "$record", "$self"})
ROOTS = CONTEXT_ROOTS | RECORD_ROOTS

#: Chinese words and what they stand for, sign by sign.
CHINESE_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "且": ("and",),
        "并且": ("and",),
        "和": ("and",),
        "与": ("and",),
        "至": ("and",),
        "或": ("or",),
        "或者": ("or",),
        "非": ("not",),
        "不": ("not",),
        "等于": ("=",),
        "不等于": ("!=",),
        "小于": ("<",),
        "小于等于": ("<=",),
        "不大于": ("<=",),
        "大于": (">",),
        "大于等于": (">=",),
        "不小于": (">=",),
        "属于": ("in",),
        "不属于": ("not", "in"),
        "介于": ("between",),
        "包含": ("contains",),
        "不包含": ("not", "contains"),
        "开头是": ("starts",),
        "隶属于": ("under",),
        "下级于": ("under",),
        "是": ("is",),
        "不是": ("is", "not"),
        "为空": ("is", "empty"),
        "不为空": ("is", "not", "empty"),
        "空": ("null",),
        "真": ("true",),
        "假": ("false",),
        "任一": ("any",),
        "均无": ("none",),
        "全部": ("all",),
        "其中": ("where",),
        "我": ("$me",),
        "本人": ("$me",),
        "我的部门": ("$my_department",),
        "我的下属": ("$my_subordinates",),
        "我的团队": ("$my_teams",),
        "共享给我": ("$shared",),
        "标签": ("$tagged",),
        "收藏夹": ("$favourites",),
    }
)


def _twins() -> dict[int, str]:
    twins = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    signs = {
        "\u3000": " ", "【": "[", "】": "]", "、": ",", "×": "*", "÷": "/", "−": "-",
        "‘": "'", "’": "'", "“": '"', "”": '"', "≦": "≤", "≧": "≥",
    }  # fmt: skip
    twins.update({ord(sign): twin for sign, twin in signs.items()})
    return twins


#: Full-width signs, digits and letters → their half-width twins, one character for one.
TWINS: Mapping[int, str] = MappingProxyType(_twins())
