"""A fleet whose people have other names than the bundled ones, on a test database."""

from __future__ import annotations

from dataclasses import dataclass

from installation import PACKS, Installation, build_installation


@dataclass(frozen=True)
class Crew:
    """A fleet: a line with a daughter, a ship with a boat, five sailors, one mess."""

    installation: Installation
    ids: dict[str, int]


def build_crew(url: str) -> Crew:
    """Anna commands Boris, who commands Cem, who commands Dora; Emil stands for himself."""
    installation = build_installation(url, PACKS / "fleet")
    ids: dict[str, int] = {}
    with installation.engine.write(installation.system()) as desk:

        def make(entity: str, called: str, **values: object) -> None:
            ids[called] = desk.records.create(entity, {"called": called, **values}).id

        make("line", "North")
        make("line", "North Sea", part_of=ids["North"])
        make("ship", "Albatross", sails_for=ids["North"])
        make("ship", "Dinghy", sails_for=ids["North Sea"], towed_by=ids["Albatross"])
        for name, roles in (("anna", ["admiral"]), ("boris", ["officer"]), ("cem", ["officer"])):
            ids[name] = desk.records.create("mate", {"sign": name, "may": roles}).id
        make("sailor", "Anna", signs_as=ids["anna"], stands=ids["Albatross"])
        make("sailor", "Boris", signs_as=ids["boris"], obeys=ids["Anna"], stands=ids["Albatross"])
        make("sailor", "Cem", signs_as=ids["cem"], obeys=ids["Boris"], stands=ids["Dinghy"])
        make("sailor", "Dora", obeys=ids["Cem"])
        make("sailor", "Emil")
        desk.records.update("ship", ids["Dinghy"], {"captain": ids["Cem"]}, None)
        places = [{"taken_by": ids["Dora"]}, {"taken_by": ids["Emil"]}]
        make("mess", "Galley", cook=ids["Boris"], places=places)
    return Crew(installation, ids)
