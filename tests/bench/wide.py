"""``python tests/bench/wide.py``: pages and plans of an entity with 500 fields beside one of 20."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from serving import PACKS, Served, serve

from cardwright_platform.installing import plan_packs, read_packs

TRIES = 7
_KINDS = ("text", "integer", "decimal", "money", "date", "datetime", "boolean", "percent")


def main() -> int:
    """Print one table."""
    with tempfile.TemporaryDirectory(prefix="cardwright-wide-") as name:
        folder = Path(name)
        pack = folder / "broad"
        pack.mkdir()
        about = "kind: pack\nname: broad\nlabel: {zh: 宽, en: Broad}\nrequires: [crew]\n"
        (pack / "pack.yaml").write_text(about, encoding="utf-8")
        start = time.perf_counter()
        for fields in (20, 500):
            (pack / f"wide_{fields}.yaml").write_text(_entity(fields), encoding="utf-8")
        served = serve("", folder / "served", PACKS / "crew", pack)
        first = time.perf_counter() - start
        narrow, wide = _measured(served, 20), _measured(served, 500)
        (pack / "wide_500.yaml").write_text(_entity(501), encoding="utf-8")
        planned = _median(lambda: plan_packs(served.instance, read_packs(served.instance)))
        served.instance.close()
    print("SQLite, in one process, median ms of", TRIES)
    print("| | 20 fields | 500 fields |\n|---|---|---|")
    for work, spent in narrow.items():
        print(f"| {work} | {spent:.0f} | {wide[work]:.0f} |")
    print(f"| plan for one more field | | {planned:.0f} |")
    print(f"| both created: read, planned, applied | | {first * 1000:.0f} |")
    return 0


def _entity(fields: int) -> str:
    count = 20 if fields == 20 else 500
    lines = [
        "kind: entity",
        f"name: wide_{count}",
        f"label: {{zh: 宽表{count}, en: Wide {count}}}",
        "fields:",
        "  name: {type: text, required: true, label: {zh: 名称, en: Name}}",
    ]
    lines += [
        f"  f{n}: {{type: {_KINDS[n % len(_KINDS)]}, label: {{zh: 字段{n}, en: Field {n}}}}}"
        for n in range(1, fields)
    ]
    return "\n".join(lines) + "\nlist: {columns: [name, f1, f2, f3, f4, f5, f6]}\n"


def _measured(served: Served, fields: int) -> dict[str, float]:
    browser = served.signed_in(f"wei{fields}", "admin")
    name = f"wide_{fields}"
    browser.get(f"/new/{name}")
    said = {"name": "A"} | {f"f{n}": "12" for n in range(1, fields) if n % len(_KINDS) in (1, 2, 3)}
    for _ in range(50):
        assert browser.post(f"/new/{name}", said).status_code == 303
    return {
        "list of 50": _median(lambda: _get(browser, f"/list/{name}")),
        "card": _median(lambda: _get(browser, f"/card/{name}/1")),
        "empty form": _median(lambda: _get(browser, f"/new/{name}")),
        "save of a form": _median(lambda: browser.post(f"/new/{name}", said)),
    }


def _get(browser: object, path: str) -> None:
    assert browser.get(path).status_code == 200  # type: ignore[attr-defined] # a Browser


def _median(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(TRIES):
        start = time.perf_counter()
        work()
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent)


if __name__ == "__main__":
    raise SystemExit(main())
