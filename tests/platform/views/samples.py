"""Pages of an invented company, as the web would fill them: what the templates are drawn with."""

from __future__ import annotations

import json

from cardwright_platform.views import (
    cards,
    cells,
    forms,
    frame,
    imports,
    jobs,
    lists,
    pages,
    pickers,
)

A = cells.Action
C = cells.Cell
M = cells.Mark
HUES = ("slate blue cyan teal green lime amber orange red pink violet").split()


def make_frame(
    language: str = "zh", mode: str = "light", current: str = "客户", theme: str = "standard"
) -> frame.Frame:
    def word(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    def item(zh: str, en: str, icon: str, **more: str) -> frame.MenuItem:
        return frame.MenuItem(
            label=word(zh, en),
            url="#",
            icon=icon,
            current=zh == current,
            count=more.get("count", ""),
        )

    return frame.Frame(
        language=language,
        mode=mode,
        theme=theme,
        languages=(
            cells.Choice(value="zh", label="中文", selected=language == "zh"),
            cells.Choice(value="en", label="English", selected=language == "en"),
        ),
        themes=(
            cells.Choice(
                value="standard", label=word("青花", "Cobalt"), selected=theme == "standard"
            ),
            cells.Choice(value="green", label=word("松绿", "Pine"), selected=theme == "green"),
        ),
        organisation=word("恒拓自动化", "Hengtuo Automation"),
        user=frame.UserBadge(
            name=word("林晓晴", "Lin Xiaoqing"),
            initial=word("林", "L"),
            note=word("销售一部", "Sales 1"),
            account_url="#",
        ),
        menus=(
            frame.MenuGroup(items=(item("首页", "Home", "home"),)),
            frame.MenuGroup(
                label=word("销售", "Sales"),
                items=(
                    item("客户", "Customers", "building"),
                    item("联系人", "Contacts", "address-book"),
                    item("任职", "Employments", "id-badge"),
                    item("报价单", "Quotes", "file-invoice"),
                ),
            ),
            frame.MenuGroup(
                label=word("产品", "Products"),
                items=(
                    item("产品", "Products", "package"),
                    item("产品分类", "Product categories", "hierarchy-2"),
                    item("价格", "Prices", "tag"),
                ),
            ),
            frame.MenuGroup(
                label=word("组织", "Organisation"),
                items=(
                    item("员工", "Employees", "users"),
                    item("部门", "Departments", "sitemap"),
                    item("币种与汇率", "Currencies and rates", "currency-yuan"),
                ),
            ),
        ),
        foot=(
            item("后台任务", "Background jobs", "activity", count="1"),
            item("回收站", "Recycle bin", "trash"),
        ),
        phone=(
            item("首页", "Home", "home"),
            item("客户", "Customers", "building"),
            item("联系人", "Contacts", "address-book"),
        ),
        create_url="#",
        csrf_token="sample-token",
        search_url="/search",
        sign_out_url="/sign-out",
        preferences_url="/preferences",
        return_url="/",
    )


_NAMES = [
    "无锡华晟重工股份有限公司|战略客户|violet|工程机械|江苏 无锡|王建国|orange|5,120,000|0|今天",
    "宁波海川注塑机械有限公司|战略客户|violet|塑料机械|浙江 宁波|陈思远|violet|4,768,300|128,600|昨天",
    "苏州精科传动设备有限公司|合作中|green|通用设备|江苏 苏州|林晓晴|teal|4,286,000|362,400!|11月18日",
    "杭州瑞普光电科技有限公司|合作中|green|光电仪器|浙江 杭州|周敏|pink|3,905,750|86,000|11月16日",
    "上海临港智能装备制造有限公司|合作中|green|专用设备|上海 浦东|林晓晴|teal|3,440,200|0|11月12日",
    "合肥长科新能源材料有限公司|样机试用|cyan|锂电材料|安徽 合肥|陈思远|violet|2,876,000|540,000!|10月15日",
    "常州天宁纺织机械厂|合作中|green|纺织机械|江苏 常州|王建国|orange|2,215,400|0|10月9日",
    "南通江海电气集团有限公司|合作中|green|电气设备|江苏 南通|周敏|pink|1,988,600|73,200|9月28日",
    "嘉兴明德五金制品有限公司|合作中|green|金属制品|浙江 嘉兴|林晓晴|teal|986,200|45,000|11月19日",
    "徐州大运工程机械配件有限公司|初步接触|blue|工程机械|江苏 徐州|王建国|orange|872,450|0|11月6日",
    "温州力合阀门有限公司|合作中|green|阀门管件|浙江 温州|陈思远|violet|815,000|31,500|10月30日",
    "芜湖江城汽车零部件有限公司|样机试用|cyan|汽车零部件|安徽 芜湖|周敏|pink|764,900|0|10月18日",
    "福州闽榕食品机械有限公司|合作中|green|食品机械|福建 福州|林晓晴|teal|702,300|12,000|10月11日",
    "济南泉城数控机床有限公司|合作中|green|机床|山东 济南|王建国|orange|688,150|0|9月30日",
    "镇江恒顺泵业有限公司|合作中|green|泵与真空|江苏 镇江|周敏|pink|655,000|0|9月27日",
    "绍兴柯桥印染设备有限公司|初步接触|blue|纺织机械|浙江 绍兴|陈思远|violet|602,880|18,000|9月25日",
    "马鞍山江东冶金备件有限公司|合作中|green|冶金设备|安徽 马鞍山|王建国|orange|577,300|0|9月21日",
    "扬州邗江环保科技有限公司|样机试用|cyan|环保设备|江苏 扬州|林晓晴|teal|540,000|9,600|9月20日",
    "台州椒江缝制设备有限公司|合作中|green|缝制机械|浙江 台州|周敏|pink|498,760|0|9月18日",
    "青岛海丰船用配件有限公司|已流失|slate|船舶配套|山东 青岛|陈思远|violet|0|0|6月3日",
]


def _rows() -> tuple[lists.Row, ...]:
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


_COLUMNS = (
    lists.Column(path="name", label="客户名称", sort_url="#"),
    lists.Column(path="stage", label="合作阶段", width=112, sort_url="#"),
    lists.Column(path="industry", label="行业", width=120, sort_url="#"),
    lists.Column(path="region", label="地区", width=120, sort_url="#"),
    lists.Column(path="owner", label="负责人", width=112, sort_url="#"),
    lists.Column(
        path="sold", label="年成交额", numeric=True, width=124, sort="descending", sort_url="#"
    ),
    lists.Column(path="due", label="未收款", numeric=True, width=116, sort_url="#"),
    lists.Column(path="last", label="最近联系", width=104, sort_url="#"),
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
    return lists.FilterField(path=path, label=label, kind=kind, operators=operators, **more)  # type: ignore[arg-type]


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
        views=(
            lists.ViewTab(label="全部客户", url="#"),
            lists.ViewTab(label="我的客户", url="#"),
            lists.ViewTab(label="本月新增客户", url="#", count="12"),
            lists.ViewTab(label="华东重点客户", url="#", current=True, changed=True),
            lists.ViewTab(label="60 天未联系", url="#"),
        ),
        view_actions=(A(label="还原", url="#"),),
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
            text="region under '华东' and level in ('A', 'B') and (last < today() - 30 or sold > 500000)",
            titles=(("region:31", "华东"),),
            open=open_filter,
        ),
        sort_label="年成交额 ↓",
        columns=_COLUMNS,
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
                    for column in _COLUMNS
                ),
                *(lists.ChooserEntry(path=f"x{n}", label=x) for n, x in enumerate(hidden_fields)),
                lists.ChooserEntry(path="owner.department", label="部门", group="负责人"),
            ),
        ),
        rows=_rows(),
        totals=tuple(totals),
        pager=lists.Pager(
            text="1–50 / 186",
            next_url="#",
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


def _item(label: str, cell: cells.Cell, *, wide: bool = False, help: str = "") -> cards.Item:
    return cards.Item(label=label, cell=cell, wide=wide, help=help, edit_url="form.html")


def _history() -> cards.HistoryPanel:
    undo = A(label="撤销", url="#", post=True, confirm="撤销这次修改")
    return cards.HistoryPanel(
        change_sets=(
            cards.ChangeSet(
                id="9",
                day="今天",
                time="10:38",
                time_title="2026-11-20 10:38:07",
                who="王建国",
                what="修改了信用额度",
                changes=(cards.Change(label="信用额度", old="600,000.00", new="800,000.00"),),
                undo=undo,
            ),
            cards.ChangeSet(
                id="8",
                day="今天",
                time="09:52",
                who="林晓晴",
                what="修改了 2 个字段",
                changes=(
                    cards.Change(label="合作阶段", old="样机试用", new="合作中"),
                    cards.Change(label="下次联系", old="", new="2026-12-02"),
                ),
            ),
            cards.ChangeSet(
                id="7",
                day="11月18日",
                time="16:20",
                who="林晓晴",
                what="新建联系人",
                icon="plus",
                record=M(text="孙雅婷", href="#"),
            ),
            cards.ChangeSet(
                id="6",
                day="11月12日",
                time="14:10",
                who="周敏",
                what="上传 2 个文件",
                icon="paperclip",
                changes=(cards.Change(label="附件", old="", new="试用报告.pdf，现场照片.zip"),),
            ),
            cards.ChangeSet(
                id="5",
                day="11月12日",
                time="09:15",
                who="",
                what="导入：客户 2026-11.xlsx",
                icon="file-spreadsheet",
            ),
            cards.ChangeSet(
                id="1", day="2024-03-18", time="11:05", who="王建国", what="新建", icon="plus"
            ),
        ),
        more_url="#",
    )


def _tabs(current: str) -> tuple[cards.CardTab, ...]:
    names = (
        ("main", "概要", "", False),
        ("contacts", "联系人", "6", False),
        ("departments", "客户部门", "3", False),
        ("quotes", "报价单", "5", False),
        ("files", "文件", "8", False),
        ("history", "变更记录", "", True),
    )
    return tuple(
        cards.CardTab(name=n, label=x, url="#", count=c, current=n == current, phone_only=p)
        for n, x, c, p in names
    )


def _contacts() -> cards.RelatedList:
    people = (
        ("赵立峰", "设备部，总工程师", "决策人", "red", "138 0620 4471", "amber"),
        ("孙雅婷", "采购部，经理", "采购", "blue", "139 1353 8820", "cyan"),
        ("马国栋", "二车间，主任", "使用人", "slate", "136 5621 0937", "lime"),
        ("何佳", "财务部，应收会计", "对账", "slate", "158 6273 1190", "violet"),
    )
    return cards.RelatedList(
        name="contacts",
        label="联系人",
        count="6",
        columns=(
            lists.Column(path="name", label="姓名", width=150),
            lists.Column(path="post", label="部门与职务"),
            lists.Column(path="role", label="角色", width=130),
            lists.Column(path="mobile", label="手机", width=150),
        ),
        rows=tuple(
            lists.Row(
                id=str(n),
                url="#",
                title=name,
                cells=(
                    C(template="link", text=name, initial=name[0], hue=own, href="#"),
                    C(text=post),
                    C(template="pill", text=role, hue=hue),
                    C(template="phone", text=mobile, href="tel:13806204471"),
                ),
                phone=lists.PhoneRow(
                    title=name,
                    lead=C(text=mobile),
                    state=C(template="pill", text=role, hue=hue),
                    second=C(text=post),
                ),
            )
            for n, (name, post, role, hue, mobile, own) in enumerate(people)
        ),
        new=A(label="新建", url="#", icon="plus"),
        all=A(label="查看全部 6 位", url="#"),
    )


def _goods() -> cards.LinesTable:
    lines = (
        ("伺服电机 750W 带抱闸", "12", "台", "6,480.00", "5%", "73,872.00"),
        ("伺服驱动器 A3 总线型", "12", "台", "5,260.00", "5%", "59,964.00"),
        ("RV 减速机 40E，速比 81", "16", "台", "11,850.00", "", "189,600.00"),
    )
    numeric = (False, True, False, True, True, True)
    labels = ("产品", "数量", "单位", "含税单价", "折扣", "金额")
    widths = (0, 80, 60, 110, 80, 120)
    return cards.LinesTable(
        name="items",
        label="常购产品",
        count="3",
        columns=tuple(
            lists.Column(path=f"c{n}", label=x, numeric=numeric[n], width=widths[n])
            for n, x in enumerate(labels)
        ),
        rows=tuple(
            lists.Row(
                id=str(n),
                url="",
                cells=tuple(
                    C(template="number" if numeric[at] else "text", text=text)
                    for at, text in enumerate(line)
                ),
                phone=lists.PhoneRow(
                    title=line[0],
                    lead=C(template="number", text=line[5]),
                    second=C(text=f"{line[1]} {line[2]} × {line[3]}"),
                ),
            )
            for n, line in enumerate(lines)
        ),
        totals=(
            lists.Total(),
            lists.Total(function="合计", text="40"),
            lists.Total(),
            lists.Total(),
            lists.Total(),
            lists.Total(function="合计", text="323,436.00"),
        ),
    )


def customer_card(*, bare: bool = False) -> cards.Card:
    main = cards.Section(
        name="basic",
        label="基本信息",
        items=(
            _item("行业", C(text="通用设备制造 › 齿轮与传动")),
            _item("电话", C(template="phone", text="0512-6287 4410", href="tel:051262874410")),
            _item("规模", C(template="pill", text="300–499 人", hue="slate")),
            _item(
                "网站", C(template="url", text="jingke-drive.example.cn", href="https://example.cn")
            ),
            _item("信用额度", C(template="money", text="800,000.00", unit="CNY")),
            _item("统一社会信用代码", C(text="91320594MA1X7K2P5R"), help="18 位，含校验码"),
            _item("付款条件", C(text="月结 30 天")),
            _item("最近联系", C(template="date", text="11月18日", title="2026-11-18")),
            _item("折扣", C(template="percent", text="5%")),
            _item(
                "邮箱",
                C(
                    template="email",
                    text="office@jingke.example",
                    href="mailto:office@jingke.example",
                ),
            ),
            _item("上级客户", C(template="link", text="精科集团", href="#")),
            _item("可开专票", C(template="boolean", text="是")),
            _item(
                "标签",
                C(
                    template="pills",
                    text="展会 2026，可做案例",
                    marks=(M(text="展会 2026", hue="teal"), M(text="可做案例", hue="violet")),
                ),
            ),
            _item("冻结", C(template="boolean", text="否", tone="zero")),
            _item("传真", C()),
            _item(
                "合作品牌",
                C(
                    template="links",
                    text="汇川，台达",
                    marks=(M(text="汇川", href="#"), M(text="台达", href="#")),
                ),
            ),
            _item(
                "地址",
                C(
                    template="address",
                    text="江苏省苏州市工业园区星龙街 428 号 7 幢，215126",
                    href="#",
                ),
                wide=True,
            ),
            _item(
                "备注",
                C(
                    template="long_text",
                    text="技术选型由赵工把关，采购周期约 45 天；\n每年 12 月做次年框架协议。",
                ),
                wide=True,
            ),
            _item(
                "营业执照",
                C(
                    template="file",
                    text="营业执照.pdf",
                    marks=(M(text="营业执照.pdf", href="#", note="1.2 MB"),),
                ),
                wide=True,
            ),
        ),
    )
    return cards.Card(
        title="苏州精科传动设备有限公司",
        url="card.html",
        entity="客户",
        list_url="list.html",
        initial="精",
        meta=(
            C(text="KH-2024-0318"),
            C(text="江苏省苏州市工业园区"),
            C(template="link", text="林晓晴", initial="林", hue="teal", href="#"),
        ),
        tags=(M(text="A 级", hue="red"), M(text="展会 2026"), M(text="可做案例")),
        figures=(
            cards.Figure(label="近 12 个月成交", cell=C(template="money", text="4,286,000")),
            cards.Figure(
                label="进行中商机", cell=C(template="money", text="1,280,000"), note="3 个"
            ),
            cards.Figure(
                label="应收余额",
                cell=C(template="money", text="362,400"),
                note="超期 6 天",
                note_tone="late",
            ),
        ),
        tabs=_tabs("main"),
        parts=() if bare else (main, _goods(), _contacts()),
        rail=_history(),
        view=M(text="华东重点客户", href="list.html"),
        neighbours=cards.Neighbours(text="3 / 186", previous_url="#", next_url="#"),
        edit=A(label="编辑", url="form.html", icon="edit", key="e"),
        primary=A(label="新建报价单", url="#", icon="plus"),
        more=(
            A(label="复制", url="#", icon="copy"),
            A(label="打印", url="#", icon="printer"),
            A(
                label="删除",
                url="#",
                icon="trash",
                post=True,
                danger=True,
                confirm="移入回收站，30 天内可还原",
            ),
        ),
        contact=(
            A(label="电话", url="tel:1", icon="phone"),
            A(label="导航", url="#", icon="map-pin"),
            A(label="短信", url="#", icon="message"),
            A(label="邮件", url="#", icon="mail"),
        ),
    )


def recycled_card() -> cards.Card:
    return cards.Card(
        title="青岛海丰船用配件有限公司",
        url="#",
        entity="客户",
        list_url="#",
        icon="building",
        hue="slate",
        meta=(C(text="KH-2023-0107"),),
        tabs=_tabs("files"),
        parts=(
            cards.FilesPanel(
                upload_url="#",
                limit="单个文件不超过 20 MB",
                files=(
                    cards.FileEntry(
                        id="1",
                        name="试用报告.pdf",
                        url="#",
                        size="2.4 MB",
                        kind="file-type-pdf",
                        who="周敏",
                        when="11月12日",
                        remove=A(
                            label="删除", url="#", post=True, icon="trash", confirm="移入回收站"
                        ),
                    ),
                    cards.FileEntry(
                        id="2",
                        name="现场照片.zip",
                        url="#",
                        size="18 MB",
                        kind="file-zip",
                        who="周敏",
                        when="11月12日",
                    ),
                    cards.FileEntry(
                        id="3",
                        name="营业执照.png",
                        url="#",
                        size="640 KB",
                        kind="photo",
                        field="营业执照",
                        when="2024-03-18",
                    ),
                ),
            ),
            cards.RelatedList(
                name="quotes",
                label="报价单",
                columns=_COLUMNS[:2],
                empty="还没有报价单",
                new=A(label="新建", url="#", icon="plus"),
            ),
        ),
        recycled="王建国 11月18日移入回收站，12月18日后彻底删除",
        restore=A(label="还原", url="#", icon="arrow-back-up", post=True),
    )


_LINK = forms.LinkInput(
    options_url="/options/product.json",
    picker_url="picker.html",
    new_url="quick.html",
    icon="building",
    open_url="#",
)
_PRODUCT = forms.LinkInput(options_url="/options/product.json", picker_url="picker.html")


def _line(key: str, row: tuple[str, ...], *, stored: bool = True) -> forms.GridRow:
    product, quantity, unit, price, rate, amount = row
    wrong = ("不能超过 9,999",) if quantity == "16000" else ()
    return forms.GridRow(
        key=key,
        hidden=((f"items.{key}.id", key), (f"items.{key}.version", "2")) if stored else (),
        remove_name=f"items.{key}.remove" if stored else "",
        inputs=(
            forms.Input(
                name=f"items.{key}.product",
                widget="link",
                label="产品",
                text="1" if product else "",
                marks=(M(text=product),) if product else (),
                link=_PRODUCT,
                hint="编码、名称或拼音首字母",
            ),
            forms.Input(
                name=f"items.{key}.quantity",
                widget="number",
                label="数量",
                text=quantity,
                errors=wrong,
            ),
            forms.Input(
                name=f"items.{key}.unit",
                widget="select",
                label="单位",
                text=unit,
                choices=tuple(
                    cells.Choice(value=u, label=u, selected=u == unit) for u in "台根项套"
                ),
            ),
            forms.Input(
                name=f"items.{key}.price", widget="number", label="含税单价", text=price, scale=2
            ),
            forms.Input(
                name=f"items.{key}.rate",
                widget="number",
                label="税率",
                text=rate,
                scale=2,
                unit="%",
            ),
            forms.Input(
                name=f"items.{key}.amount",
                widget="readonly",
                label="金额",
                text=amount,
                computed=True,
                cell=C(template="money", text=amount),
            ),
        ),
    )


def _grid() -> forms.LinesGrid:
    lines = (
        ("SV-750 伺服电机 750W 带抱闸", "12", "台", "6,480.00", "13", "77,760.00"),
        ("DR-A3 伺服驱动器 A3 总线型", "12", "台", "5,260.00", "13", "63,120.00"),
        ("RV-40E RV 减速机 40E，速比 81", "16000", "台", "11,850.00", "13", "189,600.00"),
        ("CB-M05 动力线缆 5 米，高柔", "24", "根", "286.00", "13", "6,864.00"),
        ("FW-INST 产线安装调试（含培训 2 天）", "1", "项", "68,000.00", "6", "68,000.00"),
    )
    return forms.LinesGrid(
        name="items",
        label="明细",
        columns=(
            forms.GridColumn(name="product", label="产品", required=True),
            forms.GridColumn(name="quantity", label="数量", numeric=True, width=90, total=True),
            forms.GridColumn(name="unit", label="单位", width=72),
            forms.GridColumn(name="price", label="含税单价", numeric=True, width=120, scale=2),
            forms.GridColumn(name="rate", label="税率", numeric=True, width=80, unit="%"),
            forms.GridColumn(
                name="amount", label="金额", numeric=True, width=130, scale=2, total=True
            ),
        ),
        rows=tuple(_line(str(n), line) for n, line in enumerate(lines)),
        blank=_line("__n__", ("", "1", "台", "", "13", ""), stored=False),
        next_key=5,
        add_label="加产品",
    )


def quote_form(*, wrong: bool = True) -> forms.Form:
    terms = ("款到发货", "预付 30%", "月结 30 天", "月结 45 天")
    return forms.Form(
        title="编辑 Q202611-0037" if wrong else "新建报价单",
        entity="报价单",
        name="Q202611-0037",
        action="#",
        list_url="#",
        cancel_url="card.html",
        save_and_new=True,
        hidden=(("version", "7"),),
        errors=(
            (
                forms.FormError(label="有效期至", target="valid_to", text="不能早于报价日期"),
                forms.FormError(
                    label="第 3 行 数量", target="items.2.quantity", text="不能超过 9,999"
                ),
            )
            if wrong
            else ()
        ),
        confirmations=(
            (
                forms.Confirmation(
                    name="deep_discount", text="折扣超过 20%，说明原因后可以保存", reason=True
                ),
            )
            if wrong
            else ()
        ),
        compute_url="",
        sections=(
            forms.FormSection(
                name="basic",
                label="基本信息",
                inputs=(
                    forms.Input(
                        name="customer",
                        widget="link",
                        label="客户",
                        text="3",
                        marks=(M(text="苏州精科传动设备有限公司"),),
                        link=_LINK,
                        required=True,
                        span=2,
                    ),
                    forms.Input(
                        name="contact",
                        widget="link",
                        label="联系人",
                        text="",
                        hint="选择联系人",
                        link=forms.LinkInput(options_url="/options/product.json", icon="user"),
                    ),
                    forms.Input(
                        name="level",
                        widget="select",
                        label="级别",
                        text="A",
                        choices=(
                            cells.Choice(value="A", label="A 级", hue="red", selected=True),
                            cells.Choice(value="B", label="B 级", hue="amber"),
                        ),
                    ),
                    forms.Input(
                        name="quoted_on",
                        widget="date",
                        label="报价日期",
                        text="2026-11-20",
                        required=True,
                    ),
                    forms.Input(
                        name="valid_to",
                        widget="date",
                        label="有效期至",
                        text="2026-11-15",
                        required=True,
                        errors=("不能早于报价日期",) if wrong else (),
                        help="过期后需要重新报价",
                    ),
                    forms.Input(
                        name="signed_at",
                        widget="datetime",
                        label="签收时间",
                        text="2026-11-20T10:42",
                    ),
                    forms.Input(name="call_at", widget="time", label="约定时间", text="09:30"),
                    forms.Input(
                        name="terms",
                        widget="select",
                        label="付款条件",
                        text="月结 30 天",
                        choices=tuple(
                            cells.Choice(value=x, label=x, selected=x == terms[2]) for x in terms
                        ),
                    ),
                    forms.Input(
                        name="rate",
                        widget="number",
                        label="汇率",
                        text="1.0000",
                        readonly=True,
                        scale=4,
                    ),
                    forms.Input(
                        name="discount",
                        widget="number",
                        label="整单折扣",
                        text="3.00",
                        unit="%",
                        scale=2,
                    ),
                    forms.Input(
                        name="taxed", widget="checkbox", label="含税", hint="单价含税", text="true"
                    ),
                    forms.Input(
                        name="tags",
                        widget="multiselect",
                        label="标签",
                        span=2,
                        values=("fair", "case"),
                        choices=(
                            cells.Choice(
                                value="fair", label="展会 2026", hue="teal", selected=True
                            ),
                            cells.Choice(
                                value="case", label="可做案例", hue="violet", selected=True
                            ),
                            cells.Choice(value="visit", label="本周必访", hue="amber"),
                        ),
                    ),
                    forms.Input(
                        name="related",
                        widget="link_any",
                        label="来源单据",
                        span=2,
                        text="lead:5",
                        marks=(M(text="展会线索 0512"),),
                        link=forms.LinkInput(
                            targets=(
                                forms.LinkTarget(
                                    entity="lead",
                                    label="线索",
                                    options_url="/options/product.json",
                                    selected=True,
                                ),
                                forms.LinkTarget(
                                    entity="customer",
                                    label="客户",
                                    options_url="/options/product.json",
                                ),
                            )
                        ),
                    ),
                    forms.Input(
                        name="watchers",
                        widget="links",
                        label="抄送",
                        span=2,
                        values=("1", "2"),
                        marks=(M(text="周敏"), M(text="王建国")),
                        link=forms.LinkInput(options_url="/options/product.json"),
                    ),
                    forms.Input(
                        name="contract",
                        widget="file",
                        label="合同",
                        span=2,
                        file=forms.FileInput(
                            id="7",
                            name="框架协议.pdf",
                            url="#",
                            size="820 KB",
                            limit="不超过 20 MB",
                        ),
                    ),
                ),
            ),
            forms.FormSection(
                name="goods",
                label="明细",
                inputs=(
                    forms.Input(name="items", widget="lines", label="明细", span=4, lines=_grid()),
                ),
            ),
            forms.FormSection(
                name="delivery",
                label="交付与备注",
                inputs=(
                    forms.Input(
                        name="address",
                        widget="address",
                        label="收货地址",
                        span=4,
                        address=forms.AddressInput(
                            parts=(
                                forms.Input(
                                    name="address.region",
                                    widget="link",
                                    label="地区",
                                    text="8",
                                    marks=(M(text="江苏省 苏州市 工业园区"),),
                                    link=_PRODUCT,
                                ),
                                forms.Input(
                                    name="address.street",
                                    label="街道门牌",
                                    text="星龙街 428 号 7 幢",
                                    span=2,
                                ),
                                forms.Input(
                                    name="address.postcode",
                                    label="邮编",
                                    text="215126",
                                    input_mode="numeric",
                                ),
                            )
                        ),
                    ),
                    forms.Input(
                        name="note",
                        widget="textarea",
                        label="备注",
                        span=2,
                        text="合同签订后 35 天交货。",
                        rows=3,
                    ),
                    forms.Input(
                        name="extra", widget="json", label="扩展属性", span=2, text='{"机型": "A3"}'
                    ),
                    forms.Input(
                        name="photo", widget="image", label="铭牌照片", file=forms.FileInput()
                    ),
                    forms.Input(
                        name="number", widget="readonly", label="单号", cell=C(text="Q202611-0037")
                    ),
                    forms.Input(
                        name="phone",
                        label="收货电话",
                        text="0512-6287 4410",
                        input_type="tel",
                        input_mode="tel",
                        example="138 0013 8000",
                    ),
                ),
            ),
        ),
    )


def quick_form() -> forms.QuickForm:
    return forms.QuickForm(
        title="新建联系人",
        entity="联系人",
        action="#",
        list_url="#",
        cancel_url="#",
        sections=(
            forms.FormSection(
                name="quick",
                inputs=(
                    forms.Input(
                        name="name", label="姓名", required=True, focus=True, errors=("必填",)
                    ),
                    forms.Input(
                        name="mobile", label="手机", input_type="tel", example="138 0013 8000"
                    ),
                    forms.Input(
                        name="customer",
                        widget="link",
                        label="客户",
                        text="3",
                        marks=(M(text="苏州精科传动设备有限公司"),),
                        link=_LINK,
                        span=2,
                    ),
                ),
            ),
        ),
    )


def picker() -> pickers.Picker:
    return pickers.Picker(
        title="选择客户",
        search=lists.SearchBox(action="picker.html", placeholder="名称、拼音首字母、电话"),
        columns=(_COLUMNS[0], _COLUMNS[1], _COLUMNS[3], _COLUMNS[5]),
        rows=tuple(
            lists.Row(
                id=row.id,
                url="",
                title=row.title,
                cells=(row.cells[0], row.cells[1], row.cells[3], row.cells[5]),
            )
            for row in _rows()[:8]
        ),
        pager=lists.Pager(text="1–8 / 186", next_url="#"),
        new=A(label="新建客户", url="quick.html"),
    )


def conflict() -> forms.Conflict:
    return forms.Conflict(
        title="你编辑时，王建国也保存了这张卡片",
        text="10:38 保存，比你早 4 分钟。2 个字段两人都改了，各选一个；其余 3 处已自动合并。",
        entity="客户",
        record="苏州精科传动设备有限公司",
        record_url="#",
        list_url="#",
        action="#",
        who="王建国",
        fields=(
            forms.ConflictField(
                name="credit",
                label="信用额度",
                base=C(text="600,000"),
                theirs=C(text="800,000"),
                mine=C(text="750,000"),
            ),
            forms.ConflictField(
                name="terms",
                label="付款条件",
                base=C(text="预付 30%"),
                theirs=C(text="月结 30 天"),
                mine=C(text="月结 45 天"),
            ),
        ),
        merged=(
            cards.Change(label="电话", old="0512-6287 4400", new="0512-6287 4410", place="王建国"),
            cards.Change(label="网站", new="jingke-drive.example.cn", place="我"),
            cards.Change(label="备注", old="", new="12 月做框架协议", place="我"),
        ),
    )


def recycle_bin() -> pages.Bin:
    rows = (
        ("客户:3", "青岛海丰船用配件有限公司", "客户", "王建国", "11月18日", "28 天"),
        ("联系人:9", "刘一鸣", "联系人", "林晓晴", "11月16日", "26 天"),
        ("报价单:12", "Q202610-0112（含 5 行明细）", "报价单", "周敏", "10月30日", "9 天"),
    )
    return pages.Bin(
        title="回收站",
        text="30 天内可还原",
        entities=(
            cells.Choice(value="#", label="全部", selected=True, hint="3"),
            cells.Choice(value="#", label="客户", hint="1"),
            cells.Choice(value="#", label="联系人", hint="1"),
        ),
        columns=tuple(
            lists.Column(path=str(n), label=x, width=w)
            for n, (x, w) in enumerate(
                (("记录", 0), ("业务对象", 110), ("删除人", 110), ("删除时间", 110), ("还剩", 80))
            )
        ),
        rows=tuple(
            lists.Row(
                id=key,
                url="#",
                title=name,
                cells=(
                    C(text=name),
                    C(text=kind),
                    C(template="link", text=who, initial=who[0], hue="teal"),
                    C(template="date", text=day),
                    C(text=rest),
                ),
                phone=lists.PhoneRow(
                    title=name, state=C(text=kind), second=C(text=who), tail=C(text=day)
                ),
            )
            for key, name, kind, who, day, rest in rows
        ),
        restore_url="#",
        purge_url="#",
        pager=lists.Pager(text="1–3 / 3"),
    )


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


def sign_in(language: str = "zh", *, demo: bool = True) -> pages.SignIn:
    zh = language == "zh"
    return pages.SignIn(
        title="登录恒拓自动化" if zh else "Sign in to Hengtuo Automation",
        text="使用公司分配的账号" if zh else "Use the account your company gave you",
        action="#",
        login="linxq",
        stay="这台设备上保持登录 7 天" if zh else "Stay signed in on this device for 7 days",
        error="账号或密码不对" if zh else "Login or password is not right",
        demo=(
            (
                pages.DemoUser(
                    login="admin", name="沈国华", note="管理员", initial="沈", hue="violet"
                ),
                pages.DemoUser(login="linxq", name="林晓晴", note="销售一部", initial="林"),
                pages.DemoUser(
                    login="zhoumin", name="周敏", note="销售二部", initial="周", hue="pink"
                ),
                pages.DemoUser(login="hejia", name="何佳", note="只读", initial="何", hue="amber"),
            )
            if demo
            else ()
        ),
    )


def set_password() -> pages.SetPassword:
    return pages.SetPassword(
        title="设置密码",
        text="至少 10 个字符；不要用别处用过的密码",
        action="#",
        inputs=(
            forms.Input(name="password", label="新密码", input_type="password", required=True),
            forms.Input(
                name="again",
                label="再输入一次",
                input_type="password",
                required=True,
                errors=("两次输入的不同",),
            ),
        ),
        save_label="设置密码并登录",
    )


def error_page(status: int = 503) -> pages.ErrorPage:
    return pages.ErrorPage(
        status=status,
        title="这个查询 10 秒内没有算完",
        text="“订单求和”要读 128 万条订单。数据没有变化，你的条件也都保留着。",
        icon="clock-exclamation",
        number="7KQ2-94MD",
        details=("只算最近 12 个月的订单", "改用已经算好的字段"),
        cures=(A(label="返回列表", url="#"), A(label="再试一次", url="#", primary=True)),
    )


def home() -> pages.Home:
    tiles = (
        ("客户", "building", "312", "本月新增 12"),
        ("联系人", "address-book", "846", ""),
        ("报价单", "file-invoice", "1,204", "9 张本月到期"),
        ("产品", "package", "186", ""),
        ("价格", "tag", "522", ""),
        ("员工", "users", "48", ""),
    )
    return pages.Home(
        title="林晓晴，上午好",
        text="11月20日，星期五",
        tiles=tuple(
            pages.Tile(
                label=x, icon=icon, count=count, note=note, url="list.html", new_url="form.html"
            )
            for x, icon, count, note in tiles
        ),
        recent=tuple(
            pages.RecentRecord(
                title=row.title,
                url="card.html",
                entity="客户",
                icon="building",
                who=M(text="周敏", initial="周", hue="pink"),
                what="修改",
                when="10:38",
            )
            for row in _rows()[:7]
        ),
        queries=(
            pages.Tile(label="本月新增客户", url="#", count="12", icon="filter"),
            pages.Tile(label="60 天未联系的 A 级", url="#", count="14", icon="filter"),
            pages.Tile(label="11 月到期报价", url="#", count="9", icon="filter"),
        ),
    )


def search_page() -> pages.SearchPage:
    return pages.SearchPage(
        title="搜索",
        search=lists.SearchBox(action="search.html", text="精科"),
        groups=(
            pages.HitGroup(
                label="客户",
                icon="building",
                count="2",
                all_url="#",
                hits=(
                    pages.Hit(
                        title="苏州精科传动设备有限公司",
                        url="#",
                        note="KH-2024-0318，江苏 苏州",
                        cell=C(template="pill", text="合作中", hue="green"),
                    ),
                    pages.Hit(title="精科集团", url="#", note="KH-2022-0101，上海"),
                ),
            ),
            pages.HitGroup(
                label="联系人",
                icon="address-book",
                count="1",
                hits=(
                    pages.Hit(title="赵立峰", url="#", note="苏州精科传动设备有限公司，总工程师"),
                ),
            ),
        ),
    )


def account() -> pages.Account:
    return pages.Account(
        title="我的账号",
        name="林晓晴",
        initial="林",
        items=(("账号", "linxq"), ("部门", "销售一部"), ("角色", "编辑")),
        password=set_password(),
        sessions=(("Chromium，Linux", "现在"), ("Safari，iPhone", "昨天 18:20")),
        actions=(A(label="退出其他设备", url="#", post=True),),
    )


#: name of the file → view model
SAMPLES = {
    "home": home(),
    "list": customer_list(),
    "list_filter": customer_list(open_filter=True),
    "list_cards": customer_list(mode="cards"),
    "list_empty": empty_list(),
    "card": customer_card(),
    "card_recycled": recycled_card(),
    "form": quote_form(wrong=False),
    "form_errors": quote_form(),
    "quick": quick_form(),
    "picker": picker(),
    "conflict": conflict(),
    "bin": recycle_bin(),
    "import_upload": import_upload(),
    "import_mapping": import_mapping(),
    "import_dry": import_result(),
    "import_done": import_result(dry=False),
    "import_progress": import_progress(),
    "jobs": jobs_page(),
    "sign_in": sign_in(),
    "set_password": set_password(),
    "error": error_page(),
    "search": search_page(),
    "account": account(),
}
#: pages that stand without the application's frame
BEFORE_SIGN_IN = ("sign_in", "set_password")
