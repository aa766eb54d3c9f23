"""What people send about a webhook."""

from typing import Annotated

from pydantic import Field, StringConstraints

from hub.inputs import Input, NeededLine
from hub.store.webhooks import Reach, Topic


class NewWebhook(Input):
    """An address to be told what happens."""

    name: Annotated[NeededLine, StringConstraints(max_length=80)]
    url: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    reach: Reach = Reach.OWN
    topics: Annotated[list[Topic], Field(min_length=1, max_length=len(Topic))]
