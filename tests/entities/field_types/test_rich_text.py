from typing import Any


def test_markdown_comes_back_as_it_was_written(make: Any) -> None:
    assert make("rich_text").survives("## 标题\n\n- 一\n- **二**\n\n<b>x</b>")
