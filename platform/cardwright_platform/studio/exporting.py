"""What was shaped on screen as the archive of a pack, for other installations."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from cardwright_entities.errors import InputError, Message
from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import load_pack
from cardwright_platform.installing import examine_with
from cardwright_platform.instance import Instance
from cardwright_platform.packs.building import OF_SITES, Built, build_archive
from cardwright_platform.packs.powers import powers_used
from cardwright_platform.packs.screen_pack import PACK, Ground, opened

#: Names that only the site has: no pack may begin one so.
_OF_SITE = re.compile(rf"\b{OF_SITES}_(?=[a-z0-9])")
_PREFIX = re.compile(r"[a-z][a-z0-9]{1,11}")
#: Rights are the site's own business.
_STAYING = (f"{PACK}/roles/", f"{PACK}/pack.yaml")


@dataclass(frozen=True, kw_only=True)
class ExportWish:
    """How a pack is called elsewhere; every name in it begins with the prefix."""

    prefix: str
    label: str
    version: str = "1.0"


def export_pack(instance: Instance, wish: ExportWish) -> Built:
    """Return the archive of what was shaped on screen, rights left out.

    Raise InputError for a bad prefix or where nothing was shaped, MetadataError for what does not
    stand without the rights.
    """
    if not _PREFIX.fullmatch(wish.prefix) or wish.prefix == OF_SITES:
        raise InputError({"prefix": [Message("studio_prefix")]})
    with opened(instance) as ground, tempfile.TemporaryDirectory(prefix="cardwright-") as folder:
        texts = _texts(ground, wish)
        for path, text in texts.items():
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        _declare_powers(Path(folder))
        packs = (*ground.below, load_pack(Path(folder)))
        examine = examine_with(instance.types, instance.words)
        return build_archive(Path(folder), build_catalog(packs, instance.types, examine))


def _declare_powers(folder: Path) -> None:
    """Write into the head of a pack what it may do to others."""
    powers = powers_used(load_pack(folder))
    if powers:
        file = folder / "pack.yaml"
        head = {**yaml.safe_load(file.read_text("utf-8")), "powers": powers}
        file.write_text(yaml.safe_dump(head, allow_unicode=True, sort_keys=False), "utf-8")


def _texts(ground: Ground, wish: ExportWish) -> Mapping[str, str]:
    """Return the texts of the pack by path, under the names that it has elsewhere."""
    own = {
        path.removeprefix(f"{PACK}/"): text
        for path, text in ground.own.items()
        if not path.startswith(_STAYING)
    }
    if not own:
        raise InputError({"prefix": [Message("studio_nothing")]})
    documents = [yaml.safe_load(text) for text in own.values()]
    pack = {
        **yaml.safe_load(ground.pack_text(documents)),
        "name": f"{wish.prefix}_shaped",
        "label": {"zh": wish.label, "en": wish.label},
        "prefix": wish.prefix,
        "version": wish.version,
    }
    head = yaml.safe_dump(pack, allow_unicode=True, sort_keys=False)
    renamed = {_named(path, wish): _named(text, wish) for path, text in own.items()}
    return {"pack.yaml": head, **renamed}


def _named(text: str, wish: ExportWish) -> str:
    return _OF_SITE.sub(f"{wish.prefix}_", text)
