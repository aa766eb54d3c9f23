"""What somebody sends as the content of an entry, read the same way from pages and programs."""

from hub import documents
from hub.actions import designs
from hub.documents import Content
from hub.errors import Invalid


def given(kind: str, data: bytes, *, field: str, limit: int) -> tuple[Content, bool]:
    """Return the content that was sent, and whether its layout was generated.

    A model without any drawing gets one; everything else stays byte for byte. A design with values that mean nothing
    is refused, each with its line. Raises `Invalid` on `field`.
    """
    content = documents.read(kind, data, field=field, limit=limit)
    if isinstance(content, documents.DesignContent) and (wrong := designs.refused(content.design)):
        raise Invalid(**{field: " ".join([*list(wrong.values())[:5], *(["…"] if len(wrong) > 5 else [])])})
    return documents.laid_out(content)
