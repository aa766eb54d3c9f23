"""Read and write FIM processes as XProzess 2.0 messages (`alleInhalte.export.0303`). Pure: no database, no web.

What is read and written follows one released file and the schema's documented order of elements. The schema
itself is not at hand, so nothing here claims conformity: what comes out is close to XProzess 2.0.
"""

from hub.xprozess.codes import (
    KINDS_OF_BASIS,
    ROLES,
    STATUS_LIST,
    STATUS_VERSION,
    STATUSES,
    choices,
    code,
    status_word,
    word,
)
from hub.xprozess.model import (
    Activity,
    Classification,
    Code,
    Data,
    Feature,
    LegalBasis,
    ModelFile,
    Participant,
    Process,
    Reference,
    Region,
    State,
    from_plain,
    to_plain,
)
from hub.xprozess.payload import Limits
from hub.xprozess.read import Message, Read, Unreadable, read
from hub.xprozess.write import Head, stream, write

__all__ = [
    "KINDS_OF_BASIS",
    "ROLES",
    "STATUSES",
    "STATUS_LIST",
    "STATUS_VERSION",
    "Activity",
    "Classification",
    "Code",
    "Data",
    "Feature",
    "Head",
    "LegalBasis",
    "Limits",
    "Message",
    "ModelFile",
    "Participant",
    "Process",
    "Read",
    "Reference",
    "Region",
    "State",
    "Unreadable",
    "choices",
    "code",
    "from_plain",
    "read",
    "status_word",
    "stream",
    "to_plain",
    "word",
    "write",
]
