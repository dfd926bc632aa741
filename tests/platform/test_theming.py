"""Templates are found plugin first, then theme, then parent; what is missing is said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import cardwright_themes
from cardwright_platform.theming import Theme, ThemeError, Theming, load_themes
from cardwright_platform.views.frame import Frame
from cardwright_platform.words import load_words


@dataclass(frozen=True)
class Note:
    """A page as small as can be."""

    text: str
    template: str = "note.html"


def make_theme(folder: Path, name: str, parent: str = "", **templates: str) -> None:
    home = folder / name
    (home / "templates").mkdir(parents=True)
    (home / "theme.yaml").write_text(f"label: {{en: {name}}}\nparent: '{parent}'\n")
    for template, text in templates.items():
        (home / "templates" / f"{template}.html").write_text(text)


def theming(folder: Path, **options: object) -> Theming:
    return Theming(load_themes([folder]), load_words(), **options)  # type: ignore[arg-type]  # options by name


def test_a_theme_inherits_what_it_does_not_bring(tmp_path: Path) -> None:
    make_theme(tmp_path, "standard", note="{% include 'inner.html' %}!", inner="from standard")
    make_theme(tmp_path, "child", "standard", inner="from child")
    made = theming(tmp_path)
    assert made.render(Note("x"), Frame(theme="standard")) == "from standard!"
    assert made.render(Note("x"), Frame(theme="child")) == "from child!"


def test_a_plugins_template_goes_before_the_themes(tmp_path: Path) -> None:
    make_theme(tmp_path / "themes", "standard", note="theme")
    plugin = tmp_path / "plugin"
    plugin.mkdir()
    (plugin / "note.html").write_text("plugin says {{ page.text }}")
    made = theming(tmp_path / "themes", plugin_templates=[plugin])
    assert made.render(Note("hello"), Frame()) == "plugin says hello"


def test_scripts_get_their_sentences_whole(tmp_path: Path) -> None:
    make_theme(tmp_path, "standard", note="{{ script_words['create'] }}")
    assert theming(tmp_path).render(Note("x"), Frame(language="zh")) == "新建“{text}”"


def test_text_is_escaped_and_words_follow_the_reader(tmp_path: Path) -> None:
    make_theme(tmp_path, "standard", note="{{ page.text }} {{ t('save') }}")
    made = theming(tmp_path)
    assert made.render(Note("<b>"), Frame(language="zh")) == "&lt;b&gt; 保存"
    assert made.render(Note("<b>"), Frame(language="en")) == "&lt;b&gt; Save"


def test_a_drawn_part_sees_the_page_the_words_and_its_own_names(tmp_path: Path) -> None:
    make_theme(
        tmp_path,
        "standard",
        note="{{ draw('part.html', what='<i>') }}",
        part="{{ what }}{{ page.text }}{{ t('new') }}{{ draw('leaf.html', what='!') }}",
        leaf="{{ what }}",
    )
    assert theming(tmp_path).render(Note("x"), Frame(language="en")) == "&lt;i&gt;xNew!"


def test_a_name_that_nobody_gave_is_an_error_and_not_an_empty_text(tmp_path: Path) -> None:
    make_theme(tmp_path, "standard", note="{{ page.missing }}")
    with pytest.raises(UndefinedError):
        theming(tmp_path).render(Note("x"), Frame())


def test_a_theme_that_is_gone_falls_back_to_the_standard_one(tmp_path: Path) -> None:
    make_theme(tmp_path, "standard", note="standard")
    assert theming(tmp_path).render(Note("x"), Frame(theme="removed")) == "standard"


def test_a_theme_with_itself_as_an_ancestor_is_refused(tmp_path: Path) -> None:
    make_theme(tmp_path, "standard", note="x")
    make_theme(tmp_path, "a", "b", note="x")
    make_theme(tmp_path, "b", "a", note="x")
    with pytest.raises(ThemeError, match="its own parent"):
        theming(tmp_path).render(Note("x"), Frame(theme="a"))


def test_a_later_folders_theme_replaces_one_of_the_same_name(tmp_path: Path) -> None:
    make_theme(tmp_path / "ours", "standard", note="ours")
    make_theme(tmp_path / "theirs", "standard", note="theirs")
    found = load_themes([tmp_path / "ours", tmp_path / "theirs"])
    assert Theming(found, load_words()).render(Note("x"), Frame()) == "theirs"


def test_static_files_are_named_by_the_nearest_theme_that_was_built_with_them(
    tmp_path: Path,
) -> None:
    make_theme(tmp_path, "standard", note="{{ static('app.js') }} {{ styles | join(' ') }}")
    make_theme(tmp_path, "child", "standard")
    found = load_themes([tmp_path])
    built: dict[str, Theme] = {
        "standard": replace(
            found["standard"], assets={"app.js": "app-1.js", "app.css": "app-2.css"}
        ),
        "child": replace(found["child"], assets={"theme.css": "theme-3.css"}),
    }
    made = Theming(built, load_words(), static_prefix="/s")
    assert made.render(Note("x"), Frame(theme="child")) == (
        "/s/standard/app-1.js /s/standard/app-2.css /s/child/theme-3.css"
    )


def test_a_theme_that_was_not_built_says_so(tmp_path: Path) -> None:
    make_theme(tmp_path, "standard", note="{{ static('app.js') }}")
    with pytest.raises(ThemeError, match="was built with 'app.js'"):
        theming(tmp_path).render(Note("x"), Frame())


def test_an_icon_the_font_does_not_hold_becomes_a_point(tmp_path: Path) -> None:
    make_theme(tmp_path, "standard", note="{{ icon('home') }}{{ icon('<x>', 'label \"q\"') }}")
    found = load_themes([tmp_path])
    known = replace(found["standard"], icons=frozenset({"home"}))
    text = Theming({"standard": known}, load_words()).render(Note("x"), Frame())
    assert text == (
        '<i class="ti ti-home" aria-hidden="true"></i>'
        '<i class="ti ti-point" role="img" aria-label="label &#34;q&#34;"></i>'
    )


def test_compiled_templates_are_kept_between_processes(tmp_path: Path) -> None:
    make_theme(tmp_path / "themes", "standard", note="kept")
    cache = tmp_path / "cache"
    assert theming(tmp_path / "themes", cache_folder=cache).render(Note("x"), Frame()) == "kept"
    assert list(cache.iterdir())
    assert theming(tmp_path / "themes", cache_folder=cache).render(Note("x"), Frame()) == "kept"


def test_the_second_theme_overrides_colours_and_one_template_and_nothing_else() -> None:
    green = Path(next(iter(cardwright_themes.__path__))) / "green"
    assert [path.name for path in green.glob("templates/**/*.html")] == ["empty_drawing.html"]
    style = (green / "static" / "src" / "theme.css").read_text()
    set_here = {
        line.split(":")[0].strip() for line in style.splitlines() if line.startswith("  --")
    }
    assert len(set_here) == 10
    assert all(name.startswith(("--cw-brand", "--cw-on-brand", "--cw-focus")) for name in set_here)
