"""The drawing a model lacks."""

from __future__ import annotations

from hub.bpmn.layout.drawing import diagram_xml
from hub.bpmn.layout.whole import sheets
from hub.bpmn.model import Model
from hub.bpmn.write import Editor


def layout(model: Model, *, force: bool = False) -> bytes:
    """Return the file of `model` with a drawing where it has none.

    Without any shape in the file, all diagrams are made. With shapes for some elements only, the others are
    placed near what they are connected to. With `force`, existing diagrams are replaced. Nothing but the
    drawing changes; elements without an id cannot be drawn, since BPMN DI refers to ids.
    """
    editor = Editor(model)
    for diagram in model.diagrams:
        if force or not diagram.shapes:
            editor.remove(diagram.node)
    for number, (plane, sheet) in enumerate(sheets(model), 1):
        editor.insert(None, diagram_xml(editor, plane, sheet, number), "BPMNDiagram")
    return editor.data()
