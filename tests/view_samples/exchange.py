"""Imports and jobs of an invented company, step by step."""

from __future__ import annotations

from cardwright_platform.views import cells, imports, jobs, lists

A = cells.Action


def _steps(now: int) -> tuple[imports.Step, ...]:
    words = ("选择文件", "对应字段", "试运行", "导入", "完成")
    return tuple(
        imports.Step(label=x, state="done" if n < now else "now" if n == now else "next")
        for n, x in enumerate(words)
    )


def _job(state: str = "running") -> jobs.JobView:
    words = {
        "running": "进行中",
        "waiting": "排队",
        "done": "完成",
        "failed": "失败",
        "cancelled": "已取消",
    }
    hues = {
        "running": "blue",
        "waiting": "slate",
        "done": "green",
        "failed": "red",
        "cancelled": "slate",
    }
    return jobs.JobView(
        id="1",
        label="导入客户：客户 2026-11.xlsx",
        state=state,
        state_label=words[state],
        hue=hues[state],
        url="#",
        percent=38,
        progress="1,200 / 3,120 行" if state == "running" else "",
        who="林晓晴",
        when="10:42",
        result="新建 2,904，更新 196，未导入 20" if state == "done" else "",
        error="第 1 行没有列标题" if state == "failed" else "",
        actions=(
            (A(label="取消", url="#", post=True, icon="player-stop"),)
            if state == "running"
            else (
                A(
                    label="撤销导入",
                    url="#",
                    post=True,
                    icon="arrow-back-up",
                    confirm="撤销这次导入的 3,100 条",
                ),
            )
            if state == "done"
            else ()
        ),
    )


def import_upload() -> imports.ImportUpload:
    return imports.ImportUpload(
        title="导入客户",
        entity="客户",
        list_url="#",
        action="#",
        steps=_steps(0),
        limit="xlsx、csv，不超过 50 MB、100,000 行",
        encodings=tuple(cells.Choice(value=x, label=x) for x in ("自动识别", "UTF-8", "GB18030")),
        maps=(
            cells.Choice(value="", label="按列标题自动对应"),
            cells.Choice(value="old", label="旧系统客户表"),
        ),
        templates=(
            A(label="Excel", url="#", download=True),
            A(label="CSV", url="#", download=True),
        ),
        recent=(_job("done"),),
    )


def import_mapping() -> imports.ImportMapping:
    fields = ("客户名称", "简称", "电话", "地区", "负责人", "客户级别")
    columns = (
        ("公司名称", ("苏州精科传动设备有限公司", "温州力合阀门有限公司"), 0, "别名", ()),
        ("联系电话", ("0512-6287 4410", "0577-8866 1020"), 2, "别名", ()),
        ("所在地区", ("江苏 苏州", "浙江 温州"), 3, "名称相近", ("名称", "行政区划代码")),
        ("业务员", ("林晓晴", "陈思远"), 4, "别名", ("姓名", "工号")),
        ("等级", ("A", "B"), 5, "名称相近", ()),
        ("备用1", ("", ""), -1, "", ()),
    )
    return imports.ImportMapping(
        title="导入客户",
        entity="客户",
        list_url="#",
        action="#",
        back_url="#",
        steps=_steps(1),
        file="客户 2026-11.xlsx",
        file_note="GB18030，3,120 行，6 列",
        missing=("客户编码",),
        modes=(
            cells.Choice(value="upsert", label="有则更新，没有则新建", selected=True),
            cells.Choice(value="create", label="只新建"),
        ),
        keys=tuple(cells.Choice(value=x, label=x, selected=x == "客户名称") for x in fields),
        columns=tuple(
            imports.ImportColumn(
                number=n,
                title=title,
                samples=samples,
                guess=guess,
                fields=tuple(
                    cells.Choice(value=x, label=x, selected=at == field)
                    for at, x in enumerate(fields)
                ),
                matches=tuple(cells.Choice(value=x, label=x) for x in matches),
            )
            for n, (title, samples, field, guess, matches) in enumerate(columns)
        ),
    )


def import_result(*, dry: bool = True) -> imports.ImportResult:
    return imports.ImportResult(
        title="导入客户",
        entity="客户",
        list_url="#",
        steps=_steps(2 if dry else 4),
        dry=dry,
        headline="试运行完成，20 行不能导入" if dry else "已导入 3,100 行，20 行没有导入",
        text="数据还没有改动。可以先导入其余 3,100 行，也可以改好文件再来。"
        if dry
        else "导入作为一批保存，30 天内可以整批撤销。",
        counts=(
            imports.Count(label="文件中的行", text="3,120"),
            imports.Count(label="新建", text="2,904", tone="success"),
            imports.Count(label="更新", text="196"),
            imports.Count(label="有提醒", text="8", tone="warning"),
            imports.Count(label="不能导入", text="20", tone="danger"),
        ),
        messages=(
            imports.RowMessage(
                row="17",
                column="统一社会信用代码",
                value="91320594MA1X7K2P5Q",
                text="校验码不对，第 18 位应为 R",
            ),
            imports.RowMessage(row="42", column="业务员", value="张三", text="没有叫“张三”的员工"),
            imports.RowMessage(row="43", column="等级", value="AA", text="不在选项里：A、B、C、D"),
            imports.RowMessage(
                row="108",
                column="联系电话",
                value="12345",
                text="号码偏短，已按原样导入",
                tone="warning",
            ),
        ),
        more_messages="还有 24 条，下载后可以逐行查看",
        rejects=A(label="下载不能导入的行", url="#", icon="download", download=True),
        action=A(label="导入 3,100 行", url="#", post=True, primary=True) if dry else None,
        back=A(label="返回对应字段", url="#") if dry else None,
        undo=None
        if dry
        else A(
            label="撤销这次导入", url="#", post=True, icon="arrow-back-up", confirm="撤销 3,100 条"
        ),
        open=None if dry else A(label="查看这些客户", url="#"),
    )


def import_progress() -> imports.ImportProgress:
    return imports.ImportProgress(
        title="导入客户",
        entity="客户",
        list_url="#",
        steps=_steps(3),
        job=_job(),
        poll_url="/jobs/1",
    )


def jobs_page() -> jobs.JobsPage:
    return jobs.JobsPage(
        title="后台任务",
        jobs=tuple(_job(state) for state in ("running", "waiting", "done", "failed", "cancelled")),
        poll_url="/jobs",
        pager=lists.Pager(text="1–5 / 5"),
    )
