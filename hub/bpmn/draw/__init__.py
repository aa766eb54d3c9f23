"""Draw BPMN models as SVG, on the server and without a browser."""

from hub.bpmn.draw.marks import Highlight
from hub.bpmn.draw.pen import style_sheet
from hub.bpmn.draw.picture import NoSuchDiagram, draw
from hub.bpmn.draw.thumbnail import thumbnail

__all__ = ["Highlight", "NoSuchDiagram", "draw", "style_sheet", "thumbnail"]
