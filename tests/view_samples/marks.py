"""What somebody has marked: the box on a card, tiles at home, the page of favourites."""

from __future__ import annotations

from cardwright_platform.views import marks
from cardwright_platform.views.cells import Action, Mark
from cardwright_platform.views.lists import Empty

_NAMES = ("苏州精科传动设备有限公司", "宁波海天机械有限公司", "常州华盛自动化")


def mark_box() -> marks.MarkBox:
    return marks.MarkBox(
        tags=(Mark(text="重点", hue="red", href="#"), Mark(text="展会 2026", hue="teal", href="#")),
        tags_url="#",
        known=("可做案例", "待回访"),
        folders=(
            marks.FolderChoice(name="我的收藏", chosen=True),
            marks.FolderChoice(name="本周必访"),
        ),
        stars_url="#",
        starred=True,
    )


def mark_tiles() -> tuple[marks.MarkTile, ...]:
    one = Action(label="客户 6", url="#")
    return (
        marks.MarkTile(name="重点", url="#", count="6", hue="red", lists=(one,)),
        marks.MarkTile(
            name="展会 2026",
            url="#",
            count="9",
            hue="teal",
            lists=(one, Action(label="联系人 3", url="#")),
        ),
    )


def opened_records() -> tuple[marks.OpenedRecord, ...]:
    return tuple(
        marks.OpenedRecord(title=name, url="card.html", entity="客户", icon="building", id=str(n))
        for n, name in enumerate(_NAMES)
    )


def favourites() -> marks.Favourites:
    folders = (
        marks.MarkTile(name="我的收藏", url="#", count="3", current=True),
        marks.MarkTile(name="本周必访", url="#", count="0"),
    )
    group = marks.MarkedGroup(
        name="customer",
        label="客户",
        icon="building",
        count="103",
        list_url="list.html",
        remove_url="#",
        records=opened_records(),
        more="还有 100 条",
    )
    delete = Action(label="删除", url="#", icon="trash", post=True, danger=True)
    chosen = marks.MarkPage(
        id="1",
        name="我的收藏",
        kind="folder",
        rename_url="#",
        delete=delete,
        typed="本周必访",
        error="已有同名的“本周必访”",
        groups=(group,),
    )
    return marks.Favourites(
        title="收藏夹",
        new_url="#",
        folders=folders,
        tags=mark_tiles(),
        chosen=chosen,
        typed="本周必访",
        error="已有同名的“本周必访”",
    )


def no_favourites() -> marks.Favourites:
    return marks.Favourites(title="收藏夹", new_url="#", empty=Empty(title="还没有收藏"))
