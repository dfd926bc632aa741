"""What is said of every bundled pack: it checks clean and speaks both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cardwright_entities.field_types.registry import FieldTypes
from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.loading import load_pack

ROOT = Path(__file__).parents[3]
PACKS = ROOT / "metadata" / "cardwright_metadata" / "packs"
NORTHWIND = ROOT / "examples" / "northwind" / "pack"
FILES = sorted([*PACKS.rglob("*.yaml"), *NORTHWIND.rglob("*.yaml")])

#: Keys whose values people read.
WORDS = {"label", "help", "hint", "example", "unit", "message", "description"}

#: Keys below which names stand, not texts.
NAMES = {"plays", "search", "totals", "aliases", "copy", "values", "match"}

#: What rows CUS-01 to CUS-08, CON-01 to CON-05, PRD-01 to PRD-07, ORG-01 to ORG-05, CAL-01, CAL-18
#: and MKT-01 of the inventory of features ask for, in the words of their users.
ASKED = {
    "customer": (
        "客户编码 客户名称 电话 详细地址 邮编 网站 传真 法人 行业 客户类型 客户角色 "
        "角色细分 销售状态 客户分类 客户级别 企业规模 客户来源 客户经理 客户兴趣 需求 "
        "偏好 沟通方式 接触时间 投资方式 适用营销 适用产品 俱乐部 推荐人 年收入 信用等级 "
        "信用额度 信用期限 期初余额 统一社会信用代码 开票抬头 开户行 银行账号 开票地址 "
        "开票电话 收货地址 最近联系 下次跟进 助记码 上级单位 负责人 备注"
    ),
    "customer_department": "客户 部门名称 上级部门",
    "contact": (
        "编码 姓名 性别 办公电话 分机 手机 电子邮件 微信 QQ 所在公司 部门 职务 作用 备注 "
        "住址 照片 直接领导 出生日期 任职记录"
    ),
    "employment": "公司 部门 职务 入职日期 离职日期",
    "product": (
        "产品编码 产品名称 计量单位 规格 型号 产品分类 产品性质 销售单价 进价 税率 图片 "
        "供应商 供应商名称 现存数量 应存数量 警戒数量 附赠产品 服务衡量方式 在门户发布"
    ),
    "organisation": "编码 名称 地址 电话 上级组织",
    "department": "编码 名称 所属组织 部门性质 部门经理 上级部门",
    "employee": (
        "工号 姓名 所属部门 性别 出生日期 分机电话 地址 电子邮件 手机 QQ MSN 职员类别 上级 照片"
    ),
    "team": "名称 组长 成员",
    "activity": (
        "类型 主题 日期 时间 时长 优先级 状态 客户 联系人 线索 相关业务 参与人 地点 内容 结果 "
        "目的是否达成 下一步 下一步日期 完成日期 完成人 负责人"
    ),
    "campaign": "名称 目的 状态 涉及的产品 目标客户群 计划 成本预算 实际成本 成交金额 评估",
}


def documents(file: Path) -> Iterator[Any]:
    yield from yaml.safe_load_all(file.read_text(encoding="utf-8"))


def words_of(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every text for people with its path."""
    if isinstance(node, dict):
        for key, value in node.items():
            # A field may be called "description": it is one when it has a type.
            is_field = isinstance(value, dict) and "type" in value
            is_column = isinstance(value, str) and path.endswith(".columns")
            if key in NAMES or is_column:
                continue
            if key in WORDS and not is_field:
                yield f"{path}.{key}", value
            else:
                yield from words_of(value, f"{path}.{key}")
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from words_of(item, f"{path}.{index}")


def test_the_bundled_packs_check_clean(bundled_catalog: Catalog) -> None:
    assert set(bundled_catalog.packs) >= {"base", "crm", "sales"}
    assert {"customer", "contact", "product", "employee"} <= set(bundled_catalog.entities)


def test_the_northwind_example_checks_clean_on_its_own(field_types: FieldTypes) -> None:
    catalog = build_catalog([load_pack(NORTHWIND)], field_types)
    assert len(catalog.import_maps) == 8


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_text_is_there_in_chinese_and_english(file: Path) -> None:
    for document in documents(file):
        for path, words in words_of(document):
            assert isinstance(words, dict), f"{path}: {words}"
            assert set(words) == {"zh", "en"}, path
            assert all(str(text).strip() for text in words.values()), path


def test_everything_that_people_see_has_a_label(bundled_catalog: Catalog) -> None:
    for entity in bundled_catalog.entities.values():
        assert entity.label, entity.name
        assert entity.icon, entity.name
        for field in entity.fields.values():
            assert field.label, f"{entity.name}.{field.name}"
        for query in entity.queries.values():
            assert query.label, f"{entity.name}.{query.name}"
    for picklist in bundled_catalog.picklists.values():
        for choice in picklist.choices.values():
            assert choice.label, f"{picklist.name}.{choice.code}"


def test_the_label_of_each_tab_of_a_card_is_its_own(bundled_catalog: Catalog) -> None:
    # Entries of a ledger point to each other twice; nobody lays out their cards.
    entries = {each.entry for each in bundled_catalog.ledgers.values()}
    for entity in bundled_catalog.entities.values():
        if entity.name in entries:
            continue
        labels = [tab.label.in_language("zh") for tab in entity.card.tabs]
        assert all(labels), entity.name
        assert len(labels) == len(set(labels)), entity.name


@pytest.mark.parametrize("name", ASKED)
def test_an_entity_has_the_fields_that_its_users_asked_for(
    bundled_catalog: Catalog, name: str
) -> None:
    fields = bundled_catalog.entity(name).fields.values()
    labels = {field.label.in_language("zh") for field in fields}
    assert not set(ASKED[name].split()) - labels


def test_the_parts_that_the_engine_needs_are_played(bundled_catalog: Catalog) -> None:
    parts = ("user", "employee", "department", "organisation", "team", "unit", "region")
    played = {part for part in (*parts, "currency", "rate") if bundled_catalog.player(part)}
    assert played == {*parts, "currency", "rate"}


def test_a_choice_of_a_dependent_picklist_names_its_parent(bundled_catalog: Catalog) -> None:
    dependent = [each for each in bundled_catalog.picklists.values() if each.parent]
    assert {each.name for each in dependent} == {"customer_role_kind", "industry"}
    for picklist in dependent:
        parents = bundled_catalog.picklists[picklist.parent].choices
        assert all(choice.parent in parents for choice in picklist.choices.values())


def test_a_user_may_be_given_the_roles_of_all_packs(
    tmp_path: Path, field_types: FieldTypes
) -> None:
    (tmp_path / "pack.yaml").write_text(
        "kind: pack\nname: acme_desk\nlabel: {en: Desk, zh: 前台}\nlanguage: 1\nprefix: acme\n"
        "requires: [base]\n---\nkind: role\nname: acme_clerk\nlabel: {en: Clerk, zh: 文员}\n",
        "utf-8",
    )
    catalog = build_catalog([load_pack(PACKS / "base"), load_pack(tmp_path)], field_types)
    choices = catalog.picklists["user_role"].choices
    kept_back = ["admin", "system_admin", "security_admin", "audit_admin"]
    assert list(choices) == [*kept_back, *sorted(set(catalog.roles) - set(kept_back))]
    assert choices["acme_clerk"].label.in_language("zh") == "文员"
