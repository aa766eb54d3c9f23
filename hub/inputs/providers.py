"""What a provider sends by itself."""

from typing import Annotated

from pydantic import ConfigDict, Field

from hub.inputs import Input


class LogoutToken(Input):
    """A session is over (Back-Channel Logout 1.0, 2.5); other fields may come with it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    logout_token: Annotated[str, Field(min_length=10, max_length=20_000)]
