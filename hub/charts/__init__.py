"""Charts from plain numbers: SVG that a screen reader can walk through, PNG for a letter, and the numbers as a table.

Vega-Lite draws (through vl-convert, in this process, without a network or a browser); decision 0012 says why.
"""

from hub.charts.maps import Dot, Way, points
from hub.charts.render import png, svg
from hub.charts.shapes import Chart, Link, bars, heat_map, lines, network, stacked

__all__ = ["Chart", "Dot", "Link", "Way", "bars", "heat_map", "lines", "network", "png", "points", "stacked", "svg"]
