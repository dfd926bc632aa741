"""Amounts in Chinese capitals (人民币大写), as they stand on invoices and contracts."""

from __future__ import annotations

from decimal import Decimal

from cardwright_entities.expressions.numbers import round_to

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿", "亿亿")


def capitals(amount: Decimal) -> str | None:
    """Return an amount of yuan in capitals: 1234.5 is 壹仟贰佰叁拾肆元伍角整; None above 10^18."""
    rounded = round_to(abs(amount), 2)
    if rounded >= 10**18:
        return None
    fen = int(rounded.scaleb(2))
    yuan, jiao, fen = fen // 100, fen // 10 % 10, fen % 10
    text = f"{_whole(yuan)}元" if yuan else ""
    if not (yuan or jiao or fen):
        text = "零元"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif yuan and fen:
        text += "零"
    text += f"{_DIGITS[fen]}分" if fen else "整"
    return f"负{text}" if amount < 0 and rounded else text


def _whole(number: int) -> str:
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text = ""
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if not group:
            continue
        if text and (group < 1_000 or not groups[index + 1]):
            text += "零"
        text += _thousands(group) + _GROUPS[index]
    return text


def _thousands(number: int) -> str:
    text = ""
    skipped = False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if skipped and text else "") + _DIGITS[digit] + _UNITS[place]
        skipped = skipped or (not digit and bool(text))
        if digit:
            skipped = False
    return text
