"""Cards of an invented company: a customer with all its parts, one in the recycle bin."""

from __future__ import annotations

from view_samples.lists import COLUMNS
from view_samples.marks import mark_box

from cardwright_platform.views import cards, cells, lists

A = cells.Action
C = cells.Cell
M = cells.Mark


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
        marks=mark_box(),
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
                columns=COLUMNS[:2],
                empty="还没有报价单",
                new=A(label="新建", url="#", icon="plus"),
            ),
        ),
        recycled="王建国 11月18日移入回收站，12月18日后彻底删除",
        restore=A(label="还原", url="#", icon="arrow-back-up", post=True),
    )
