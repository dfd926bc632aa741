"""Packs that lie, climb, swell, need each other or want more than they say: nothing comes in."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from odd_input.archives import BAD_ARCHIVES
from serving import PACKS, Served, serve
from untouched import files_of, untouched

from cardwright_entities.errors import CardwrightError
from cardwright_metadata.loading import read_pack
from cardwright_metadata.problems import MetadataError
from cardwright_platform.confined.packs import make_key, sign
from cardwright_platform.packs.archives import write_archive
from cardwright_platform.packs.manifests import MANIFEST, SIGNATURE, manifest_of
from cardwright_platform.packs.plans import carry_out, plan_install
from cardwright_platform.packs.skeleton import skeleton

NAME = "acme_visits"
Files = Mapping[str, str]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The key of the vendor whom the installation trusts."""
    return tmp_path_factory.mktemp("keys") / "acme.key"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, key: Path) -> Iterator[Served]:
    """An installation that takes packs of one vendor, and has one of his."""
    folder = tmp_path_factory.mktemp("site")
    served = serve("", folder, PACKS / "crew", pack_keys=(make_key(key),))
    send(served, signed(skeleton("acme_base"), key))
    yield served
    served.instance.close()


def signed(files: Files, key: Path, said: Mapping[str, object] | None = None) -> bytes:
    """Return the signed archive of a pack; what is said of it may be something else."""
    contents = {path: text.encode() for path, text in files.items()}
    definition = read_pack(contents, {}, NAME).definition
    told = json.loads(manifest_of(definition, contents).to_bytes()) | dict(said or {})
    manifest = json.dumps(told).encode()
    public, signature = sign(manifest, key)
    stamp = json.dumps({"key": public, "signature": signature}).encode()
    return write_archive({**contents, MANIFEST: manifest, SIGNATURE: stamp})


def send(served: Served, content: bytes, *, upgrade: bool = False) -> None:
    """Bring an archive to an installation and do all that ``pack install --yes`` does."""
    sent = served.instance.config.root / "sent.zip"
    sent.write_bytes(content)
    found = plan_install(served.instance, sent, upgrade=upgrade)
    carry_out(served.instance, found, author="test", reason="test")


def refusal(served: Served, content: bytes, *, upgrade: bool = False) -> set[str]:
    """Return the codes with which an archive is refused, which leaves everything as it was."""
    instance = served.instance
    beside = files_of(instance.config.root.parent)
    with untouched(instance.store, instance.config.folder):
        try:
            send(served, content, upgrade=upgrade)
        except MetadataError as error:
            codes = {each.code for each in error.problems}
            placeless = [each for each in error.problems if each.place is None]
        except CardwrightError as error:
            codes, placeless = {error.message.code}, []
        else:
            pytest.fail("it was taken")
    assert placeless == []
    sent = str(instance.config.root / "sent.zip")
    assert {**files_of(instance.config.root.parent), sent: ""} == {**beside, sent: ""}
    return codes


def changed(path: str, old: str, new: str, **more: str) -> Files:
    """Return the files of a good pack with one text replaced in one file, and others added."""
    files = skeleton(NAME)
    assert old in files[path]
    return {**files, path: files[path].replace(old, new), **more}


def added(text: str) -> Files:
    """Return the files of a good pack with one more."""
    return {**skeleton(NAME), "more.yaml": text}


@pytest.mark.parametrize(("content", "code"), BAD_ARCHIVES)
def test_an_archive_that_is_none_changes_nothing(site: Served, content: bytes, code: str) -> None:
    assert refusal(site, content) == {code}


def test_what_is_not_signed_by_the_trusted_vendor_changes_nothing(
    site: Served, key: Path, tmp_path: Path
) -> None:
    stranger = tmp_path / "stranger.key"
    make_key(stranger)
    good = skeleton(NAME)
    contents = {path: text.encode() for path, text in good.items()}
    manifest = manifest_of(read_pack(contents, {}, NAME).definition, contents).to_bytes()
    public, other = sign(b"another manifest", key)
    forged = json.dumps({"key": public, "signature": other}).encode()
    _, theirs = sign(manifest, stranger)
    borrowed = json.dumps({"key": public, "signature": theirs}).encode()
    assert refusal(site, signed(good, stranger)) == {"pack_untrusted"}
    assert refusal(site, write_archive({**contents, MANIFEST: manifest})) == {"pack_unsigned"}
    for stamp in (forged, borrowed):
        sent = write_archive({**contents, MANIFEST: manifest, SIGNATURE: stamp})
        assert refusal(site, sent) == {"pack_signature"}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"name": "acme_other"}, "pack_manifest_mismatch"),
        ({"version": "9.0"}, "pack_manifest_mismatch"),
        ({"powers": {"mail": True}}, "pack_manifest_mismatch"),
        ({"requires": {"crew": ""}}, "pack_manifest_mismatch"),
        ({"language": 99}, "pack_language"),
        ({"format": 2}, "pack_manifest_missing"),
        ({"powers": None}, "pack_manifest_missing"),
        ({"language": "x"}, "pack_manifest_missing"),
        ({"files": []}, "pack_manifest_missing"),
    ],
)
def test_a_manifest_that_says_something_else_changes_nothing(
    site: Served, key: Path, said: dict[str, object], code: str
) -> None:
    assert refusal(site, signed(skeleton(NAME), key, said)) == {code}


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (changed("pack.yaml", "powers", f"requires: [{NAME}]\npowers"), "pack_cycle"),
        (changed("pack.yaml", "powers", "requires: [acme_gone]\npowers"), "missing_pack"),
        (changed("pack.yaml", "powers", 'requires: {acme_base: ">=9"}\npowers'), "other_version"),
        (changed("pack.yaml", f"name: {NAME}", "name: crew"), "pack_name_taken"),
        (changed("pack.yaml", "vendor: acme", "vendor: other"), "pack_prefix_taken"),
        (changed("pack.yaml", "prefix: acme", "prefix: x"), "no_prefix"),
        (added("kind: entity\nname: sailor\nfields: {a: {type: text}}\n"), "duplicate_name"),
        (added("kind: entity\nname: stowaway\nfields: {a: {type: text}}\n"), "wrong_prefix"),
        (added("kind: entity\nextend: sailor\nlabel: {en: X}\n"), "undeclared_power"),
        (added("kind: role\nextend: reader\ngrants: {mate: all}\n"), "undeclared_power"),
        (added("kind: role\nname: acme_all\ngrants: {'*': all}\n"), "undeclared_power"),
        (added("kind: role\nname: acme_boss\nfeatures: [manage_users]\n"), "undeclared_power"),
        (
            added(
                "kind: seed\nname: acme_spy\nentity: mate\nkey: [sign]\n"
                "rows: [{sign: spy, may: [admin]}]\n"
            ),
            "undeclared_power",
        ),
        (added("a: &a [x]\nb: *a\n"), "alias"),
        (added("kind: entity\nkind: role\n"), "duplicate_key"),
        (added("!!python/object/apply:os.system ['touch /tmp/x']\n"), "tag"),
        (added("a: " + "[" * 2000), "too_deep"),
        (added("# " + "x" * 1_100_000), "archive_bomb"),
        (added("# " + random.Random(1).randbytes(600_000).hex()), "file_too_large"),
        (
            added(
                f"kind: seed\nname: acme_s\nentity: {NAME}\nkey: [subject]\n"
                "csv: ../../../../etc/passwd\n"
            ),
            "no_file",
        ),
        (
            added(f"kind: seed\nname: acme_s\nentity: {NAME}\nkey: [subject]\ncsv: /etc/passwd\n"),
            "no_file",
        ),
        (
            added(f"kind: print\nname: acme_p\nof: {NAME}\ntemplate: ../../../etc/hosts.html\n"),
            "no_file",
        ),
        ({**skeleton(NAME), "ids.lock.yaml": "- &a [*a]\n"}, "alias"),
        ({**skeleton(NAME), "base.lock.yaml": "x: {y: z}\n"}, "wrong_lock"),
        ({**skeleton(NAME), "base.lock.yaml": "bases: [1]\n"}, "wrong_lock"),
        ({**skeleton(NAME), "base.lock.yaml": "bases: [{target: x}]\n"}, "wrong_lock"),
        ({**skeleton(NAME), "ids.lock.yaml": "ids: [a]\n"}, "wrong_lock"),
        ({**skeleton(NAME), "ids.lock.yaml": f"ids: {{entity/{NAME}: 'a\"; --'}}\n"}, "wrong_lock"),
        (changed("scenarios.yaml", "as:", "today: '2026-99-99'\nas:"), "wrong_day"),
        (changed("scenarios.yaml", "  all: ", "  bad: {create: gone}\n  all: "), "unknown_entity"),
    ],
)
def test_definitions_that_cannot_be_meant_change_nothing(
    site: Served, key: Path, files: Files, code: str
) -> None:
    assert code in refusal(site, signed(files, key))


def test_packs_that_come_to_need_each_other_change_nothing(site: Served, key: Path) -> None:
    needing = changed("pack.yaml", "powers", "requires: [acme_base]\npowers")
    base = skeleton("acme_base")
    newer = {
        **base,
        "pack.yaml": base["pack.yaml"].replace('"1.0"', '"1.1"') + f"requires: [{NAME}]\n",
    }
    # The one that is not there yet cannot be needed; when it is, it may not be needed in turn.
    assert refusal(site, signed(newer, key), upgrade=True) == {"missing_pack"}
    send(site, signed(needing, key))
    assert refusal(site, signed(newer, key), upgrade=True) == {"pack_cycle"}
    older = {**base, "pack.yaml": base["pack.yaml"].replace('"1.0"', '"0.9"')}
    assert refusal(site, signed(older, key), upgrade=True) == {"pack_not_newer"}


def test_an_upgrade_that_removes_what_the_site_built_on_changes_nothing(
    site: Served, key: Path
) -> None:
    name = "acme_jobs"
    send(site, signed(skeleton(name), key))
    over = skeleton("acme_views")
    built_on = {
        "pack.yaml": over["pack.yaml"].replace(
            "powers: {}", f"requires: [{name}]\npowers: {{extends: [entity/{name}]}}"
        ),
        "views.yaml": (
            f"kind: entity\nextend: {name}\nfields:\n"
            "  acme_double: {type: formula, returns: decimal, formula: hours * 2}\n"
        ),
    }
    send(site, signed(built_on, key))
    newer = skeleton(name)
    entity = newer[f"{name}.yaml"]
    for line in ("hours:   {", "cost:    {"):
        start = entity.index(f"  {line}")
        end = entity.index("\n", start) if line.startswith("h") else entity.index("list:")
        entity = entity[:start] + entity[end:].lstrip("\n")
    entity = entity.replace("[hours, rate, cost]", "[rate]").replace(", due, cost]", ", due]")
    gone = {
        "pack.yaml": newer["pack.yaml"].replace('"1.0"', '"1.1"'),
        f"{name}.yaml": entity,
    }
    assert refusal(site, signed(gone, key), upgrade=True) == {"unknown_field"}
