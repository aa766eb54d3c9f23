"""Which way news are wanted, and what is watched."""

from typing import Annotated, Literal

from pydantic import Field

from hub.inputs import Flag, Input, Line, NeededLine, Number
from hub.store.notifications import Subject, Topic, Way

Choice = Literal["hub", "now", "daily", "weekly", "never"]


class NotificationSettings(Input):
    """The ways of all topics, when digests come, and what is watched by itself."""

    direct: Choice = "now"
    comments: Choice = "daily"
    versions: Choice = "daily"
    proposals: Choice = "daily"
    reviews: Choice = "daily"
    rest: Choice = "hub"
    weekday: Annotated[int, Field(ge=0, le=6)] = 0
    hour: Annotated[int, Field(ge=0, le=23)] = 7
    watch_own: Flag = False
    watch_discussed: Flag = False

    def ways(self) -> dict[Topic, Way]:
        """Return the way of each topic."""
        return {topic: Way(getattr(self, topic)) for topic in Topic}


class WatchSubject(Input):
    """Begin or stop to watch something, then go back to where the button was."""

    subject: Subject
    id: Number
    stop: Flag = False
    next: Line = ""


class NewFeedToken(Input):
    """A private address for a feed reader."""

    name: NeededLine


class MarkOne(Input):
    """Whether a notification counts as read."""

    read: Flag


class MarkAll(Input):
    """Which notifications were seen: those of one entry or all, up to the newest one that was shown."""

    organisation: Line = ""
    slug: Line = ""
    up_to: Number | None = None


class WatchOn(Input):
    """Whether to hear of something."""

    on: Flag
