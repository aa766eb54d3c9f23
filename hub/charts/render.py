"""Drawing a chart: SVG that follows the page's theme and speaks to screen readers, and PNG."""

import json
from typing import Any, Final

import vl_convert
from lxml import etree

from hub.charts import shapes
from hub.charts.shapes import Chart
from hub.shelf import Shelf

_VARIABLES: Final = {
    **{colour: f"var(--chart-{at})" for at, colour in enumerate(shapes.COLOURS, 1)},
    **{shade.lower(): f"var(--chart-shade-{at})" for at, shade in enumerate(shapes.SHADES)},
    shapes.INK: "var(--chart-ink)",
    shapes.QUIET: "var(--chart-quiet)",
    shapes.RULE: "var(--chart-rule)",
    shapes.LABEL: "var(--chart-label)",
    shapes.GROUND: "var(--chart-ground)",
}
_GERMAN: Final = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", "\u00a0€"], "percent": "\u00a0%"}
"""How numbers stand in German, for d3: a percent sign keeps its distance (DIN 5008)."""
_SVG: Final = "{http://www.w3.org/2000/svg}"
_KEPT: Shelf[str, str] = Shelf(200)


def svg(chart: Chart) -> str:
    """Return the chart as an SVG element to stand in a page.

    Colours are variables of the style sheet, so light and dark follow the page. Every bar, point and field has a role
    and words of its own (W3C Graphics-ARIA), the whole has the title as its name.
    """
    key = json.dumps([chart.title, chart.summary, chart.spec], sort_keys=True)
    if (kept := _KEPT.get(key)) is not None:
        return kept
    drawn = vl_convert.vegalite_to_svg(chart.spec, format_locale=_GERMAN)
    root = etree.fromstring(drawn.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    width, height = root.get("width", "0"), root.get("height", "0")
    root.set("role", "graphics-document")
    root.set("aria-roledescription", "Diagramm")
    root.set("aria-label", f"{chart.title}. {chart.summary}".strip())
    root.set("viewBox", root.get("viewBox") or f"0 0 {width} {height}")
    root.set("focusable", "false")
    for element in root.iter(etree.Element):
        if element.get("aria-roledescription") in _WORDS:
            element.set("aria-roledescription", _WORDS[element.get("aria-roledescription", "")])
        elif "container" in element.get("aria-roledescription", ""):
            # A frame around marks has nothing to say of its own.
            del element.attrib["aria-roledescription"]
            element.attrib.pop("role", None)
        for name in ("fill", "stroke"):
            colour = element.get(name, "").lower()
            if colour in _VARIABLES:
                element.set(name, _VARIABLES[colour])
    text = etree.tostring(root, encoding="unicode")
    _KEPT.put(key, text)
    return text


_WORDS: Final = {
    "bar": "Balken",
    "rect mark": "Feld",
    "rect": "Feld",
    "point": "Punkt",
    "line mark": "Linie",
    "rule mark": "Verbindung",
    "rule": "Verbindung",
    "legend": "Legende",
    "axis": "Achse",
}
"""What the library calls its marks, in German."""


def png(chart: Chart, *, scale: float = 2) -> bytes:
    """Return the chart as a PNG on white, with its title above."""
    spec: dict[str, Any] = chart.spec | {
        "background": "#ffffff",
        "padding": 20,
        "title": {"text": chart.title, "anchor": "start", "fontSize": 18, "offset": 16, "color": shapes.INK},
    }
    return bytes(vl_convert.vegalite_to_png(spec, scale=scale, format_locale=_GERMAN))
