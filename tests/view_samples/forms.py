"""The form of an invented company's quote: every widget, right and wrong."""

from __future__ import annotations

from cardwright_platform.views import cells, forms

C = cells.Cell
M = cells.Mark


LINK = forms.LinkInput(
    options_url="/options/product.json",
    picker_url="picker.html",
    new_url="quick.html",
    icon="building",
    open_url="#",
)


_PRODUCT = forms.LinkInput(options_url="/options/product.json", picker_url="picker.html")


DRAFT = forms.FormDraft(
    number="0123456789abcdef",
    account=1,
    keep_url="/drafts/quote/7/0123456789abcdef",
    resume_url="/edit/quote/7?form-number=0123456789abcdef",
    offer="今天 10:32 填写的内容没有保存",
    notes=("记录后来有改动，两边都改了的字段在保存时选择",),
    actions=(
        cells.Action(label="继续填写", url="#", primary=True),
        cells.Action(label="丢弃", url="#", post=True, confirm="丢弃填写的内容？"),
    ),
)


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
        draft=None if wrong else DRAFT,
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
                        link=LINK,
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
