"""Lay out BPMN models that come without a drawing, or with an incomplete one."""

from hub.bpmn.layout.arrange import apply, layout, layout_missing
from hub.bpmn.layout.drawing import is_generated
from hub.bpmn.layout.missing import place
from hub.bpmn.layout.placement import Placement
from hub.bpmn.layout.router import route

__all__ = ["Placement", "apply", "is_generated", "layout", "layout_missing", "place", "route"]
