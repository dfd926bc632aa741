from __future__ import annotations

import pytest

from cardwright_platform.web.presenting.devices import device_name

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 14; PJX110) AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"{MAC} Version/18.1 Safari/605.1.15", "Safari · macOS"),
        (f"{WINDOWS} Chrome/131.0.0.0 Safari/537.36", "Chrome · Windows"),
        (f"{WINDOWS} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", "Edge · Windows"),
        (f"{ANDROID} Chrome/126.0.0.0 Mobile MicroMessenger/8.0.54", "WeChat · Android"),
        (f"{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1", "Safari · iPhone"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
            "Firefox · Linux",
        ),
        ("curl/8.10.1", "curl/8.10.1"),
        ("x" * 200, "x" * 60),
        ("", "?"),
    ],
)
def test_a_device_is_named_as_its_owner_knows_it(agent: str, name: str) -> None:
    assert device_name(agent) == name
