"""Lay out BPMN models that come without a drawing, or with an incomplete one."""

from hub.bpmn.layout.arrange import layout
from hub.bpmn.layout.drawing import is_generated

__all__ = ["is_generated", "layout"]
