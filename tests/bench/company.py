"""A million believable customers from a fixed seed: values only, the same for both sides."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

CITIES = [
    "苏州",
    "无锡",
    "宁波",
    "杭州",
    "上海",
    "深圳",
    "广州",
    "东莞",
    "青岛",
    "济南",
    "武汉",
    "长沙",
    "成都",
    "重庆",
    "西安",
    "郑州",
    "合肥",
    "南京",
    "天津",
    "沈阳",
]
FIRST = "华正恒瑞德信诚达通宏远金凯明润永嘉博锐科新盛泰安佳美联合众创东方海川江山星宇天成"
SECOND = "晟泰源丰茂昌隆兴鼎铭卓越峰岳森林鑫磊晶辉煌耀朗润泽沛霖晨曦云帆翔鹏飞腾达顺捷"
TRADES = ["精密机械", "电子科技", "自动化设备", "新能源材料", "食品", "纺织", "建材", "物流",
          "信息技术", "医疗器械", "环保工程", "塑料制品"]  # fmt: skip
#: Rare words for the search: one in about 2,000 and one in about 40,000 names holds them.
MIDDLING, RARE = "琥珀", "麒麟"
COMMON = "科技"
KINDS = ["有限公司", "股份有限公司", "集团有限公司", "厂"]
INDUSTRIES = [
    "machinery",
    "electronics",
    "chemicals",
    "food",
    "textiles",
    "construction",
    "transport",
    "retail",
    "finance",
    "education",
    "health",
    "energy",
    "software",
    "paper",
    "glass",
    "mining",
    "agriculture",
    "tourism",
    "media",
    "services",
]
REGIONS = 10
FIELDS = ("code", "name", "name_en", "industry", "region", "level", "phone", "email", "website",
          "street", "postcode", "contact", "revenue", "discount", "staff", "founded", "seen_at",
          "is_key", "source", "note")  # fmt: skip
START = datetime(2026, 1, 1, tzinfo=UTC)


def customers(number: int, first: int = 1) -> Iterator[dict[str, Any]]:
    """Yield customers by their number; region is the number of one, from 1 to REGIONS."""
    for index in range(first, first + number):
        yield customer(index)


def customer(index: int) -> dict[str, Any]:
    """Return one customer's 20 values."""
    chance = random.Random(index)
    word = chance.choice(FIRST) + chance.choice(SECOND)
    if chance.randrange(2_000) == 0:
        word += MIDDLING
    if chance.randrange(40_000) == 0:
        word += RARE
    city = chance.choice(CITIES)
    name = f"{city}{word}{chance.choice(TRADES)}{chance.choice(KINDS)}"
    return {
        "code": f"C{index:08d}",
        "name": name,
        "name_en": f"Company {index}",
        "industry": chance.choice(INDUSTRIES),
        "region": chance.randrange(REGIONS) + 1,
        "level": chance.choice("abcd"),
        "phone": f"+86139{chance.randrange(10**8):08d}",
        "email": f"office{index}@company.example",
        "website": f"https://www.company{index}.example",
        "street": f"{chance.choice(FIRST)}{chance.choice(SECOND)}路 {chance.randrange(999) + 1} 号",
        "postcode": f"{chance.randrange(10**6):06d}",
        "contact": chance.choice("王李张刘陈杨赵黄周吴") + chance.choice(SECOND),
        "revenue": Decimal(chance.randrange(10**9)) / 100,
        "discount": Decimal(chance.randrange(40)) / 100,
        "staff": chance.randrange(5_000),
        "founded": date(1980, 1, 1) + timedelta(days=chance.randrange(16_000)),
        "seen_at": START + timedelta(seconds=chance.randrange(20_000_000)),
        "is_key": chance.random() < 0.1,
        "source": chance.choice(["展会", "电话", "转介绍", "网站"]),
        "note": "每年三月询价，付款准时。" if chance.random() < 0.5 else None,
    }
