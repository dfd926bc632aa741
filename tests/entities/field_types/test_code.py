from typing import Any

import pytest

#: Codes of companies that everybody can look up.
REAL_USCC = ["91440300708461136T", "914403001922038216", "91110000802100433B"]


@pytest.mark.parametrize("code", REAL_USCC)
def test_a_real_company_code_passes_and_any_slip_is_found(make: Any, code: str) -> None:
    field = make("code", check_digit="uscc")
    assert field.survives(code)
    for place in range(18):
        slipped = code[:place] + ("2" if code[place] == "1" else "1") + code[place + 1 :]
        assert field.code(slipped) == "wrong_check_digit"


@pytest.mark.parametrize("wrong", ["9144030070846113", "91440300708461136I", "华" * 18])
def test_what_is_no_company_code_is_refused(make: Any, wrong: str) -> None:
    assert make("code", check_digit="uscc").code(wrong) == "wrong_check_digit"


def test_bank_cards_and_identity_cards_prove_themselves(make: Any) -> None:
    bank, person = make("code", check_digit="luhn"), make("code", check_digit="mod11_2")
    assert bank.parse("4111111111111111") == "4111111111111111"
    assert bank.code("4111111111111112") == "wrong_check_digit"
    assert bank.code("4") == "wrong_check_digit"
    assert person.parse("11010519491231002x") == "11010519491231002X"
    assert person.code("110105194912310021") == "wrong_check_digit"
    assert person.code("X1010519491231002X") == "wrong_check_digit"


def test_full_width_signs_and_small_letters_become_plain_capitals(make: Any) -> None:
    assert make("code").parse(" ａｂ－０１ ") == "AB-01"
    assert make("code", uppercase=False).parse("ab-01") == "ab-01"
    assert make("code").cell(1001.0) == "1001"


def test_pattern_and_length_are_checked_and_both_drivers_agree(make: Any) -> None:
    field = make("code", pattern="[A-Z]{2}[0-9]{4}", max_length=6)
    assert field.parse("ab1234") == "AB1234"
    assert field.code("AB123") == "wrong_pattern"
    assert field.code("AB12345") == "too_long"
    for raw in ("ab1234", "AB12345", "", None, 3, "AB\x00"):
        assert field.load(raw) == field.parsed(raw)
