"""Lists of an invented company: customers in every mode, an empty list, a picker."""

from __future__ import annotations

import json

from cardwright_platform.views import cells, lists, pickers, saved_views

A = cells.Action
C = cells.Cell
M = cells.Mark


_NAMES = [
    "无锡华晟重工股份有限公司|战略客户|violet|工程机械|江苏 无锡|王建国|orange|5,120,000|0|今天",
    "宁波海川注塑机械公司|战略客户|violet|塑料机械|浙江 宁波|陈思远|violet|4,768,300|128,600|昨天",
    "苏州精科传动设备公司|合作中|green|通用设备|江苏 苏州|林晓晴|teal|4,286,000|362,400!|11月18日",
    "杭州瑞普光电科技有限公司|合作中|green|光电仪器|浙江 杭州|周敏|pink|3,905,750|86,000|11月16日",
    "上海临港智能装备制造有限公司|合作中|green|专用设备|上海 浦东|林晓晴|teal|3,440,200|0|11月12日",
    "合肥长科新材料公司|样机试用|cyan|锂电材料|安徽 合肥|陈思远|violet|2,876,000|540,000!|10月15日",
    "常州天宁纺织机械厂|合作中|green|纺织机械|江苏 常州|王建国|orange|2,215,400|0|10月9日",
    "南通江海电气集团有限公司|合作中|green|电气设备|江苏 南通|周敏|pink|1,988,600|73,200|9月28日",
    "嘉兴明德五金制品有限公司|合作中|green|金属制品|浙江 嘉兴|林晓晴|teal|986,200|45,000|11月19日",
    "徐州大运工程机械配件有限公司|初步接触|blue|工程机械|江苏 徐州|王建国|orange|872,450|0|11月6日",
    "温州力合阀门有限公司|合作中|green|阀门管件|浙江 温州|陈思远|violet|815,000|31,500|10月30日",
    "芜湖江城汽车零部件有限公司|样机试用|cyan|汽车零部件|安徽 芜湖|周敏|pink|764,900|0|10月18日",
    "福州闽榕食品机械有限公司|合作中|green|食品机械|福建 福州|林晓晴|teal|702,300|12,000|10月11日",
    "济南泉城数控机床有限公司|合作中|green|机床|山东 济南|王建国|orange|688,150|0|9月30日",
    "镇江恒顺泵业有限公司|合作中|green|泵与真空|江苏 镇江|周敏|pink|655,000|0|9月27日",
    "绍兴柯桥印染设备公司|初步接触|blue|纺织机械|浙江 绍兴|陈思远|violet|602,880|18,000|9月25日",
    "马鞍山江东冶金备件有限公司|合作中|green|冶金设备|安徽 马鞍山|王建国|orange|577,300|0|9月21日",
    "扬州邗江环保科技有限公司|样机试用|cyan|环保设备|江苏 扬州|林晓晴|teal|540,000|9,600|9月20日",
    "台州椒江缝制设备有限公司|合作中|green|缝制机械|浙江 台州|周敏|pink|498,760|0|9月18日",
    "青岛海丰船用配件有限公司|已流失|slate|船舶配套|山东 青岛|陈思远|violet|0|0|6月3日",
]


def customer_rows() -> tuple[lists.Row, ...]:
    made = []
    for number, line in enumerate(_NAMES, 1):
        name, stage, hue, trade, place, owner, owner_hue, sold, due, last = line.split("|")
        state = C(template="pill", text=stage, hue=hue)
        late = due.endswith("!")
        owed = C(
            template="money",
            text=due.rstrip("!"),
            tone="late" if late else "zero" if due == "0" else "",
        )
        day = C(template="date", text=last, title="2026-11-18")
        made.append(
            lists.Row(
                id=str(number),
                url="card.html",
                title=name,
                cells=(
                    C(text=name),
                    state,
                    C(text=trade),
                    C(text=place),
                    C(template="link", text=owner, href="#", initial=owner[0], hue=owner_hue),
                    C(template="money", text=sold, tone="zero" if sold == "0" else ""),
                    owed,
                    day,
                ),
                tags=tuple(M(text=tag, hue="teal", href="#") for tag in "甲乙丙丁"[: number % 5]),
                starred=number % 3 == 1,
                phone=lists.PhoneRow(
                    title=name,
                    lead=C(template="money", text=sold),
                    state=state,
                    second=C(text=place),
                    tail=C(text=f"未收 {due.rstrip('!')}", tone="late") if late else day,
                ),
            )
        )
    return tuple(made)


def _menu(*, numeric: bool = False, title: bool = False) -> lists.ColumnMenu:
    return lists.ColumnMenu(
        sorts=(
            lists.SortLink(label="升序", url="list.html?sort=1", icon="arrow-up"),
            lists.SortLink(label="降序", url="list.html?sort=1", icon="arrow-down"),
            lists.SortLink(label="加入排序（第 2 级）", url="list.html?sort=1", icon="arrows-sort"),
        ),
        totals=(
            cells.Choice(value="", label="不统计"),
            cells.Choice(value="sum", label="合计", selected=True),
            cells.Choice(value="average", label="平均"),
        )
        if numeric
        else (),
        can_hide=not title,
    )


COLUMNS = (
    lists.Column(
        path="name", label="客户名称", sort_url="list.html?sort=1", menu=_menu(title=True)
    ),
    lists.Column(path="stage", label="合作阶段", width=112, sort_url="list.html?sort=1"),
    lists.Column(path="industry", label="行业", width=120, sort_url="list.html?sort=1"),
    lists.Column(path="region", label="地区", width=120, sort_url="list.html?sort=1"),
    lists.Column(path="owner", label="负责人", width=112, sort_url="list.html?sort=1"),
    lists.Column(
        path="sold",
        label="年成交额",
        numeric=True,
        width=124,
        sort="descending",
        direction="descending",
        place=1,
        sort_url="list.html?sort=1",
        menu=_menu(numeric=True),
    ),
    lists.Column(path="due", label="未收款", numeric=True, width=116, sort_url="list.html?sort=1"),
    lists.Column(path="last", label="最近联系", width=104, sort_url="list.html?sort=1"),
)


_OPS = {
    "text": (
        ("contains", "包含", "one"),
        ("=", "等于", "one"),
        ("starts", "开头是", "one"),
        ("empty", "为空", "none"),
    ),
    "choice": (
        ("in", "是其中之一", "many"),
        ("=", "是", "one"),
        ("!=", "不是", "one"),
        ("empty", "为空", "none"),
    ),
    "number": (
        (">", "大于", "one"),
        ("<", "小于", "one"),
        ("between", "介于", "two"),
        ("=", "等于", "one"),
    ),
    "date": (
        ("<", "早于", "one"),
        (">", "晚于", "one"),
        ("between", "介于", "two"),
        ("last_n_days", "最近", "days"),
    ),
    "link": (("=", "是", "one"), ("in", "是其中之一", "many"), ("under", "属于（含下级）", "one")),
}


def _filter_field(path: str, label: str, kind: str, **more: object) -> lists.FilterField:
    operators = tuple(lists.Operator(code=c, label=n, value=v) for c, n, v in _OPS[kind])
    return lists.FilterField(path=path, label=label, kind=kind, operators=operators, **more)  # type: ignore[arg-type]  # by name


_FILTER_FIELDS = (
    _filter_field("name", "客户名称", "text"),
    _filter_field("region", "地区", "link", options_url="/options/region"),
    _filter_field(
        "level",
        "客户级别",
        "choice",
        choices=(
            cells.Choice(value="A", label="A 级", hue="red"),
            cells.Choice(value="B", label="B 级", hue="amber"),
            cells.Choice(value="C", label="C 级", hue="slate"),
        ),
    ),
    _filter_field("last", "最近联系", "date"),
    _filter_field("sold", "年成交额", "number", unit="CNY"),
    _filter_field(
        "owner.department", "部门", "link", options_url="/options/department", group="负责人"
    ),
)


_TREE = {
    "all": [
        {"field": "region", "op": "under", "value": 31},
        {"field": "level", "op": "in", "value": ["A", "B"]},
        {
            "any": [
                {"field": "last", "op": "<", "value": "2026-10-21"},
                {"field": "sold", "op": ">", "value": "500000"},
            ]
        },
    ]
}


def customer_list(*, open_filter: bool = False, mode: str = "table") -> lists.ListView:
    totals = [lists.Total(function="计数", text="186")]
    totals += [lists.Total()] * 4
    totals += [
        lists.Total(function="合计", text="66,560,800"),
        lists.Total(function="合计", text="7,302,050"),
        lists.Total(function="最早", text="06-03"),
    ]
    choices = (cells.Choice(value="sum", label="合计"), cells.Choice(value="average", label="平均"))
    hidden_fields = ("标签", "信用额度", "付款条件", "统一社会信用代码", "电话", "网站", "创建时间")
    return lists.ListView(
        title="客户",
        count="186",
        search=lists.SearchBox(action="list.html", placeholder="名称、拼音首字母、电话"),
        tag_menu=(A(label="重点", url="#", icon="tag"),),
        views=(
            lists.ViewTab(label="全部客户", url="list.html?view=all"),
            lists.ViewTab(label="我的客户", url="#"),
            lists.ViewTab(label="本月新增客户", url="#", count="12"),
            lists.ViewTab(label="华东重点客户", url="#", current=True, changed=True),
            lists.ViewTab(label="60 天未联系", url="#", icon="bookmark", title="每日 · 我的视图"),
            lists.ViewTab(label="全公司逾期", url="#", icon="users", title="共享视图"),
        ),
        view_actions=(
            A(label="还原", url="#", icon="arrow-back-up"),
            A(label="保存视图", url="#", icon="device-floppy", post=True, primary=True),
            A(label="另存为视图", url="#", icon="bookmark-plus", dialog=True),
            A(label="视图设置", url="#", icon="settings", dialog=True),
        ),
        widths_url="list.html",
        mode=mode,
        modes=(
            lists.ModeLink(label="表格", url="#", icon="table", current=mode == "table"),
            lists.ModeLink(label="卡片", url="#", icon="layout-grid", current=mode == "cards"),
        ),
        chips=(
            lists.FilterChip(label="地区", operator="属于", value="华东", remove_url="#"),
            lists.FilterChip(label="级别", operator="是", value="A、B", remove_url="#"),
            lists.FilterChip(label="任一成立", value="2 项", remove_url="#"),
        ),
        filter=lists.FilterBuilder(
            action="list.html",
            fields=_FILTER_FIELDS,
            tree=json.dumps(_TREE),
            text="region under '华东' and level in ('A', 'B') and sold > 500000",
            titles=(("region:31", "华东"),),
            open=open_filter,
        ),
        sort_label="年成交额 ↓",
        columns=COLUMNS,
        chooser=lists.ColumnChooser(
            save_url="#",
            reset_url="#",
            shown_count=8,
            entries=(
                *(
                    lists.ChooserEntry(
                        path=column.path,
                        label=column.label,
                        shown=True,
                        pinned=column.path == "name",
                        totals=choices if column.numeric else (),
                        total="sum" if column.numeric else "",
                    )
                    for column in COLUMNS
                ),
                *(lists.ChooserEntry(path=f"x{n}", label=x) for n, x in enumerate(hidden_fields)),
                lists.ChooserEntry(path="owner.department", label="部门", group="负责人"),
            ),
        ),
        rows=customer_rows(),
        totals=tuple(totals),
        pager=lists.Pager(
            text="1–50 / 186",
            next_url="list.html?page=2",
            pages=tuple(lists.PageLink(label=str(n), url="#", current=n == 1) for n in range(1, 5)),
            sizes=tuple(
                lists.PageLink(label=n, url="#", current=n == "50") for n in ("50", "100", "200")
            ),
        ),
        selection=lists.Selection(
            counter="已选 {count} 家",
            all_label="选择全部 186 家",
            actions=(
                lists.BulkAction(label="分派", url="#", icon="user-share"),
                lists.BulkAction(label="导出", url="#", icon="download"),
                lists.BulkAction(
                    label="删除",
                    url="#",
                    icon="trash",
                    danger=True,
                    confirm="移入回收站 {count} 家，30 天内可还原",
                ),
            ),
        ),
        new=A(label="新建客户", url="form.html", icon="plus", key="n"),
        export=(A(label="Excel", url="#", icon="file-spreadsheet", download=True),),
        more=(
            A(label="导入", url="import_upload.html", icon="upload"),
            A(label="回收站", url="bin.html", icon="trash"),
        ),
    )


def views_page() -> saved_views.ViewsPage:
    return saved_views.ViewsPage(
        title="查询方案",
        text="以名称保存的列表：条件、排序、列。",
        folders=(
            saved_views.ViewFolder(
                label="每日",
                icon="folder",
                rows=(
                    saved_views.ViewRow(
                        name="60 天未联系",
                        url="list.html",
                        entity="客户",
                        icon="building",
                        facts=("共享给：销售", "最近联系 早于 2026-09-20"),
                        actions=(A(label="视图设置", url="#", icon="settings", dialog=True),),
                    ),
                ),
            ),
            saved_views.ViewFolder(
                label="共享给我的",
                icon="users",
                rows=(
                    saved_views.ViewRow(
                        name="全公司逾期",
                        url="list.html",
                        entity="客户",
                        facts=("王建国共享",),
                        problem="以下字段已停用或无权查看，已略去：信用额度",
                    ),
                ),
            ),
        ),
    )


def empty_list() -> lists.ListView:
    return lists.ListView(
        title="报价单",
        count="0",
        views=(
            lists.ViewTab(label="全部报价单", url="#", current=True),
            lists.ViewTab(label="我的报价单", url="#"),
        ),
        new=A(label="新建报价单", url="#", icon="plus", key="n"),
        more=(A(label="导入", url="#", icon="upload"),),
        empty=lists.Empty(
            title="还没有报价单",
            text="报价单从客户卡片上新建最快，客户和联系人会一起带过来。",
            actions=(
                A(label="新建报价单", url="#", icon="plus", primary=True),
                A(label="导入 Excel", url="#", icon="file-spreadsheet"),
            ),
            note="导入不满意可以整批撤销",
            note_action=A(label="下载模板", url="#"),
        ),
    )


def picker() -> pickers.Picker:
    return pickers.Picker(
        title="选择客户",
        search=lists.SearchBox(action="picker.html", placeholder="名称、拼音首字母、电话"),
        columns=(COLUMNS[0], COLUMNS[1], COLUMNS[3], COLUMNS[5]),
        rows=tuple(
            lists.Row(
                id=row.id,
                url="",
                title=row.title,
                cells=(row.cells[0], row.cells[1], row.cells[3], row.cells[5]),
            )
            for row in customer_rows()[:8]
        ),
        pager=lists.Pager(text="1–8 / 186", next_url="#"),
        new=A(label="新建客户", url="quick.html"),
    )
