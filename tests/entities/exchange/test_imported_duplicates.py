"""Who imports is told, row by row, of what would be there twice, by each rule of the entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Trade


def test_rows_that_would_be_there_twice_say_so_by_rule(doubles: Trade) -> None:
    firm = doubles.create("firm", name="苏州远景", phone="0512-62880001", secret="x", city="苏州")
    file = doubles.csv(
        "name,phone,secret,city\n"
        "苏州 远景有限公司,,,\n"
        "别的,0512 6288 0001,,\n"
        "苏州远景,051262880001,,\n"
        "新的,0512-62880009,,\n"
        "暗号相同,,x,苏州\n"
    )
    job = doubles.bring_job(file, "firm")
    result = doubles.read(job).result or {}
    assert (result["rows"], result["imported"], result["rejected"]) == (5, 4, 1)
    assert result["warned"] == 3
    said = {
        row: sorted(code for codes in paths.values() for code in codes)
        for row, paths in doubles.codes(job).items()
    }
    assert said[2] == said[3] == ["possible_duplicate"]
    assert said[4] == ["possible_duplicate"] * 2
    assert 5 not in said
    (told,) = [m for each in doubles.outcomes(job) if each.row == 2 for m in each.messages[""]]
    assert ("records", str(firm)) in [(name, str(value)) for name, value in told.params]
