"""The frame of an invented company, signed in."""

from __future__ import annotations

from cardwright_platform.views import cells, frame


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
