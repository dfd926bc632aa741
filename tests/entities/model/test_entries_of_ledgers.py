"""What entries of a ledger are called, and the words for what posted them."""

from __future__ import annotations

from pathlib import Path

from installation import PACKS

from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.picklists import choices_of
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.loading import load_pack

TEXT = """kind: ledger
name: till
label: Till
dimensions: {shop: shop}
measures: {taken: money, given: money}
---
kind: entity
name: shop
fields: {name: {type: text}}
---
kind: entity
name: sale
label: Sale
fields: {shop: {type: link, to: shop}, amount: {type: money}}
post:
  money: {label: {en: Sold}, ledger: till, set: {shop: shop, taken: amount}}
---
kind: entity
name: refund
label: Refund
fields: {shop: {type: link, to: shop}, amount: {type: money}}
post:
  money: {ledger: till, set: {shop: shop, given: amount}}
  fee:   {ledger: till, set: {shop: shop, taken: "1"}}
"""


def catalog_of(folder: Path, text: str) -> Catalog:
    manifest = (PACKS / "shipping" / "pack.yaml").read_text("utf-8")
    (folder / "pack.yaml").write_text(manifest, "utf-8")
    (folder / "till.yaml").write_text(text, "utf-8")
    return build_catalog([load_pack(folder)], FieldTypes(BUILTIN_FIELD_TYPES).catalogue())


def test_each_posting_has_a_word_even_where_documents_share_its_name(tmp_path: Path) -> None:
    catalog = catalog_of(tmp_path, TEXT)
    entry = catalog.entity("till_entry")
    assert (entry.title, entry.list.lead) == ("document", ("taken", "given"))
    choices = choices_of(entry.fields["cause"])
    words = {code: each.label.in_language("en") for code, each in choices.items()}
    assert words == {"money_sale": "Sold", "money_refund": "Refund", "fee": "Refund"}
    tabs = {tab.name: tab.related for tab in catalog.entity("sale").card.tabs}
    posted = tabs["posted_till"]
    assert posted is not None
    assert posted.columns == ("day", "taken_back", "cause", "shop", "taken", "given")


def test_entries_of_a_ledger_to_which_nothing_posts_are_called_by_their_day(tmp_path: Path) -> None:
    ledger = TEXT.partition("---\nkind: entity\nname: sale")[0]
    entry = catalog_of(tmp_path, ledger).entity("till_entry")
    assert entry.title == "day"
    assert not {"document", "cause"} & entry.fields.keys()
