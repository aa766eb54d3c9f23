"""The way from application to decision, station by station: what is digital, what breaks, which service helps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hub.design.check import chosen
from hub.design.model import Design, list_items
from hub.design.schema import Station, schema

STATES: Final = {
    "digital": ("digital", "digital"),
    "partly": ("teilweise digital", "partly digital"),
    "paper": ("Papier", "paper"),
    "on_site": ("vor Ort", "on site"),
    "unavoidable": ("unvermeidbar, begründet", "unavoidable, with a reason"),
    "none": ("entfällt", "not needed"),
    "open": ("keine Angabe", "not stated"),
}
"""How a station may be passed, in German and English."""
_CHOICES: Final = {
    "digital": "digital",
    "teilweise digital": "partly",
    "Papier": "paper",
    "vor Ort": "on_site",
    "unvermeidbar": "unavoidable",
    "entfällt": "none",
}
_BREAKS: Final = frozenset({"partly", "paper", "on_site"})


@dataclass(frozen=True, slots=True)
class Break:
    """A media break found in the process the design refers to."""

    rule: str
    label: str
    element_name: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One station as this design passes it."""

    station: Station
    state: str
    """A key of `STATES`."""
    services: tuple[str, ...]
    breaks: tuple[Break, ...]

    @property
    def broken(self) -> bool:
        """Whether information changes its carrier here, as the design says or the process shows."""
        return self.state in _BREAKS or bool(self.breaks)

    def sentence(self, lang: str = "de") -> str:
        """Tell the station in one sentence."""
        german = lang == "de"
        told = f"{self.station.name}: {STATES[self.state][0 if german else 1]}"
        if self.services:
            told += f"; {'genutzt werden' if german else 'uses'} {', '.join(self.services)}"
        if self.breaks:
            names = ", ".join(f"{row.label} ({row.rule}) – „{row.element_name}“" for row in self.breaks)
            told += f"; {'im SOLL-Prozess gefunden' if german else 'found in the process'}: {names}"
        return told + "."


@dataclass(frozen=True, slots=True)
class Journey:
    """All stations."""

    stops: tuple[Stop, ...]

    @property
    def broken_count(self) -> int:
        """Stations with a media break."""
        return sum(stop.broken for stop in self.stops)

    @property
    def stated(self) -> bool:
        """Whether the design says anything about its stations."""
        return any(stop.state != "open" or stop.services for stop in self.stops)

    def summary(self, lang: str = "de") -> str:
        """Tell the whole way in one sentence."""
        open_count = sum(stop.state == "open" for stop in self.stops)
        german = lang == "de"
        if self.broken_count:
            many = self.broken_count != 1
            told = (
                f"{self.broken_count} von {len(self.stops)} Stationen {'haben' if many else 'hat'} einen Medienbruch"
                if german
                else f"{self.broken_count} of {len(self.stops)} stations have a media break"
            )
        else:
            told = "Keine Station hat einen Medienbruch" if german else "No station has a media break"
        if open_count:
            told += f"; zu {open_count} fehlt eine Angabe" if german else f"; {open_count} are not stated"
        return told + "."


def journey(design: Design, breaks: Sequence[Break] = ()) -> Journey:
    """Return the way through `design`; `breaks` are the open media breaks of its process to be."""
    homes = {name: _home(name) for name in list_items(design.fields.get("Basisdienste", ""))}
    stops = []
    for station in schema().stations:
        choice = chosen(design.fields.get(station.field, ""), tuple(_CHOICES))
        services = tuple(name for name, home in homes.items() if home == station.key)
        found = tuple(row for row in breaks if row.rule in station.rules)
        stops.append(Stop(station, _CHOICES[choice] if choice else "open", services, found))
    return Journey(tuple(stops))


def _home(service: str) -> str:
    """Return the station a basic service belongs to; one nobody knows helps with the case work."""
    plain = service.lower()
    return next((station.key for station in schema().stations if plain.startswith(station.services)), "bearbeitung")
