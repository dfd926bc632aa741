"""The other pages of an invented company: sign-in, home, bin, search, errors, account."""

from __future__ import annotations

from dataclasses import replace

from view_samples.lists import customer_rows
from view_samples.marks import mark_tiles, opened_records

from cardwright_platform.views import bins, cells, forms, lists, pages

A = cells.Action
C = cells.Cell
M = cells.Mark


def recycle_bin() -> bins.Bin:
    rows = (
        ("客户:3", "青岛海丰船用配件有限公司", "客户", "王建国", "11月18日", "28 天"),
        ("联系人:9", "刘一鸣", "联系人", "林晓晴", "11月16日", "26 天"),
        ("报价单:12", "Q202610-0112（含 5 行明细）", "报价单", "周敏", "10月30日", "9 天"),
    )
    return bins.Bin(
        title="回收站",
        text="30 天后自动彻底删除",
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
        search=lists.SearchBox(action="#"),
        actions=(cells.Action(label="清理旧记录", url="#", icon="clock"),),
        pager=lists.Pager(text="3"),
    )


def purge_confirmation() -> bins.TypedConfirmation:
    return bins.TypedConfirmation(
        title="彻底删除",
        warning="这些记录将连同明细、变更记录和附件一起彻底删除，不能还原。",
        back_label="回收站",
        back_url="#",
        action="#",
        facts=(("客户", "2"), ("明细行", "5")),
        staying=(
            bins.Staying(
                label="客户 青岛海丰船用配件有限公司",
                url="#",
                why="仍有使用中的记录引用它",
                holders=(("销售订单 SO202610-0021", "#"), ("无权查看的记录", "")),
            ),
        ),
        hidden=(("ids", "customer:3"),),
        word="彻底删除",
        label="请输入“彻底删除”以确认",
        error="请准确输入“彻底删除”",
        button="彻底删除",
    )


def bin_age() -> bins.BinAge:
    return bins.BinAge(
        title="清理旧记录",
        back_url="#",
        action="#",
        days="90",
        entities=(cells.Choice(value="", label="全部", selected=True),),
        confirm=replace(purge_confirmation(), staying=(), error=""),
    )


def clearing() -> bins.ClearingPage:
    return bins.ClearingPage(
        title="数据清理",
        text="所选业务对象的全部数据将被彻底删除。",
        action="#",
        back_url="#",
        problems=("员工：有 3 条关联到部门，须一起清理",),
        entities=(
            bins.ClearedEntity(
                name="order", label="销售订单", count="186 条 · 512 行明细", chosen=True
            ),
            bins.ClearedEntity(
                name="receipt",
                label="收款单",
                count="40 条",
                held=("有 40 条关联到销售订单，须一起清理",),
            ),
        ),
        total="186",
        chosen=("order",),
        ready=True,
        word="清理数据",
        error="请准确输入“清理数据”",
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
            for row in customer_rows()[:7]
        ),
        opened=opened_records(),
        tags=mark_tiles(),
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
        devices=(
            pages.Device(label="Chromium，Linux", text="10.0.0.7  本设备"),
            pages.Device(
                label="Safari，iPhone",
                text="10.0.0.9  昨天 18:20",
                end=cells.Action(label="退出", url="/account/sessions/1/end", post=True),
            ),
        ),
        actions=(A(label="退出其他设备", url="#", post=True),),
    )


def session_ended() -> pages.SessionEnded:
    return pages.SessionEnded(
        title="登录已结束",
        text="还没有保存，填写的内容都在。先登录，再回到表单保存",
        action="form.html",
        sign_in=A(label="登录", url="sign_in.html"),
        again="回到表单",
        hidden=(("name", "苏州精科传动设备有限公司"),),
        notes=("文件需要重新选择",),
    )
