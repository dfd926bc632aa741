from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from cardwright_entities.locales import Locale

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (Decimal("1286000"), 2, "1,286,000.00"),
        (Decimal("1286000.5000"), None, "1,286,000.5"),
        (Decimal("0.0000"), None, "0"),
        (Decimal("-1234.10"), None, "-1,234.1"),
        (100, None, "100"),
        (Decimal("1E+3"), None, "1,000"),
        (9007199254740993, None, "9,007,199,254,740,993"),
    ],
)
def test_numbers_have_their_thousands(value: Decimal, decimals: int | None, written: str) -> None:
    assert Locale().number(value, decimals) == written


def test_days_are_written_as_near_as_they_are() -> None:
    today = date(2025, 11, 20)
    chinese, english = Locale("zh", SHANGHAI, today), Locale("en", SHANGHAI, today)
    assert chinese.date(today) == "今天"
    assert chinese.date(date(2025, 11, 21)) == "明天"
    assert chinese.date(date(2025, 1, 8)) == "1月8日"
    assert english.date(date(2025, 1, 8)) == "8 Jan"
    assert english.date(date(2024, 1, 8)) == "2024-01-08"
    assert Locale().date(today) == "2025-11-20"


def test_moments_are_written_in_the_readers_zone() -> None:
    locale = Locale("zh", SHANGHAI, date(2025, 11, 20))
    assert locale.datetime(datetime(2025, 11, 19, 16, 5, tzinfo=UTC)) == "今天 00:05"
    assert locale.time(time(9, 5)) == "09:05"


def test_shares_are_written_in_percent() -> None:
    assert Locale().percent(Decimal("0.125000")) == "12.5%"
    assert Locale().percent(Decimal("1")) == "100%"


def test_a_title_that_may_not_be_read_is_nothing() -> None:
    locale = Locale(titles={("customer", 1): "华南贸易"})
    assert (locale.title("customer", 1), locale.title("customer", 2)) == ("华南贸易", "")


def test_names_and_statements_are_joined_as_each_language_does() -> None:
    assert Locale(language="zh").listed(["甲", "乙"]) == "甲、乙"
    assert Locale(language="en").listed(["A", "B"]) == "A, B"
    assert Locale(language="zh").said(["甲", "乙"]) == "甲；乙"
    assert Locale(language="en").said(["A", "B"]) == "A; B"
