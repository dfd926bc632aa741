"""``cardwright pack …`` for those who write packs: new, check, test, build, keys, sign."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import click

from cardwright_entities.errors import InputError, Message
from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.checking import problems_to_json, write_problems
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError, Problem
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.pack_installing import install, list_packs, uninstall, upgrade
from cardwright_platform.cli.scenario_report import outcomes_to_json, tell_playing, write_outcomes
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.confined.packs import make_key
from cardwright_platform.confined.packs import sign as sign_bytes
from cardwright_platform.installing import examine_with, known_types, pack_paths
from cardwright_platform.packs.archives import write_archive
from cardwright_platform.packs.building import build_archive, check_for_travel
from cardwright_platform.packs.manifests import MANIFEST, SIGNATURE
from cardwright_platform.packs.scratch import play_scenarios, read_for_test
from cardwright_platform.packs.skeleton import prefix_of, skeleton

_FOLDER = click.argument(
    "folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path()
)


@click.command()
@click.argument("name")
@pass_workplace
def new(workplace: Workplace, name: str) -> int:
    """Write a small pack that works and whose test passes.

    NAME begins with your vendor's prefix, such as acme_visits.
    """
    output = Output.of()
    folder = Path(name)
    if not prefix_of(name):
        raise InputError({"name": [Message.of("pack_name", name=name)]})
    if folder.exists():
        raise InputError({"name": [Message.of("pack_target_there", path=folder)]})
    for path, text in skeleton(name).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    output.say("cli.pack_new", folder=folder)
    return 0


@click.command("check")
@_FOLDER
@as_json_option
@pass_workplace
def check_pack(workplace: Workplace, folder: Path, as_json: bool) -> int:
    """Check whether a pack may go to others: definitions, prefix, powers; exit code 1 if not."""
    output = Output(Output.of().language, as_json)
    packs = read_for_test(workplace.config, [folder])
    problems = [*_problems(workplace, packs.all, output), *check_for_travel(packs.all[0])]
    output.write_json({"problems": problems_to_json(problems)})
    if problems and not as_json:
        click.echo(write_problems(problems))
    if not problems:
        output.say("cli.pack_good")
    return 1 if problems else 0


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--all", "every", is_flag=True, help="Play the scenarios of all packs.")
@as_json_option
@pass_workplace
def test_pack(workplace: Workplace, paths: tuple[Path, ...], every: bool, as_json: bool) -> int:
    """Play the scenarios of packs in a scratch database; exit code 1 if one fails.

    PATHS are folders of packs, tried together with those of the configuration that they need;
    without them the configured packs are tested.
    """
    output = Output(Output.of().language, as_json)
    config = workplace.config
    packs = read_for_test(config, paths or pack_paths(config))
    named = () if every or not paths else tuple(each.definition.name for each in packs.tested)
    outcomes = play_scenarios(config, packs.all, only=named, playing=tell_playing(output))
    output.write_json(outcomes_to_json(outcomes, output))
    write_outcomes(outcomes, output)
    return 0 if all(each.passed for each in outcomes) else 1


@click.command()
@_FOLDER
@click.option("--to", "target", type=click.Path(path_type=Path), help="The file that is written.")
@as_json_option
@pass_workplace
def build(workplace: Workplace, folder: Path, target: Path | None, as_json: bool) -> int:
    """Make the archive of a pack that others install; equal packs give equal archives.

    Identities and bases are kept beside the definitions in ids.lock.yaml and base.lock.yaml.
    """
    output = Output(Output.of().language, as_json)
    packs = read_for_test(workplace.config, [folder])
    types = known_types(workplace.config)
    catalog = build_catalog(packs.all, types, examine_with(types, output.words))
    built = build_archive(folder, catalog)
    name, version = built.manifest.name, built.manifest.version
    file = target or Path(f"{name}-{version}.zip")
    file.write_bytes(built.content)
    output.write_json({"file": str(file), "name": name, "version": version})
    output.say("cli.pack_built", file=file, name=name, version=version)
    return 0


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@as_json_option
def keys(file: Path, as_json: bool) -> int:
    """Make a key to sign packs with, in FILE; its public key goes to those who trust you."""
    output = Output(Output.of().language, as_json)
    if file.exists():
        raise InputError({"file": [Message.of("pack_target_there", path=file)]})
    public = make_key(file)
    output.write_json({"file": str(file), "key": public})
    output.say("cli.pack_key", file=file)
    if not as_json:
        click.echo(public)
    return 0


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--key", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@as_json_option
def sign(file: Path, key: Path, as_json: bool) -> int:
    """Sign the archive FILE of a pack with a key of `cardwright pack keys`."""
    output = Output(Output.of().language, as_json)
    with zipfile.ZipFile(file) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if name != SIGNATURE}
    public, signature = sign_bytes(files[MANIFEST], key)
    body = {"algorithm": "ed25519", "key": public, "signature": signature}
    files[SIGNATURE] = (json.dumps(body, sort_keys=True) + "\n").encode()
    file.write_bytes(write_archive(files))
    output.write_json({"file": str(file), "key": public})
    output.say("cli.pack_signed", file=file, public=public)
    return 0


def _problems(workplace: Workplace, packs: tuple[Pack, ...], output: Output) -> tuple[Problem, ...]:
    types = known_types(workplace.config)
    try:
        build_catalog(packs, types, examine_with(types, output.words))
    except MetadataError as error:
        return error.problems
    return ()


pack = click.Group(
    "pack",
    commands=[
        build, check_pack, install, keys, list_packs, new, sign, test_pack, uninstall, upgrade,
    ],
    help="Packs that travel: written, tested, built, signed, installed, upgraded, removed.",
)  # fmt: skip
