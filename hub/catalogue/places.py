"""Where municipalities lie, known by their Amtlicher Gemeindeschlüssel (Destatis: land, district, municipality)."""

import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple


class Place(NamedTuple):
    """A point on a map, in degrees (WGS 84)."""

    name: str
    latitude: float
    longitude: float
    exact: bool
    """Whether this is the municipality itself, and not the middle of its district."""


@cache
def _known() -> tuple[dict[str, Place], dict[str, Place]]:
    rows = tomllib.loads(resources.files("hub.catalogue").joinpath("places.toml").read_text(encoding="utf-8"))
    towns, districts = (
        {key: Place(str(name), float(north), float(east), exact) for key, (name, north, east) in rows[kind].items()}
        for kind, exact in (("towns", True), ("districts", False))
    )
    return towns, districts


def place(key: str) -> Place | None:
    """Return where the municipality with the eight-digit `key` lies, None outside of Hesse and without a key."""
    towns, districts = _known()
    return towns.get(key) or districts.get(key[:5])


def districts() -> tuple[Place, ...]:
    """Return the middles of all Hessian districts and independent cities."""
    return tuple(_known()[1].values())
