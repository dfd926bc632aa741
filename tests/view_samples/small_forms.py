"""Small forms of an invented company: one that is quickly filled in, and a conflict."""

from __future__ import annotations

from view_samples.forms import LINK, C, M

from cardwright_platform.views import cards, forms


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
                        link=LINK,
                        span=2,
                    ),
                ),
            ),
        ),
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
