"""Settings from the environment, typed, described for the manual, and checked at start."""

from hub.config.about import GROUPS, LOOPBACK, ROOT, VERSION, About, BadSetting
from hub.config.environment import from_environment, names, unknown
from hub.config.settings import KEY_LENGTH, Settings, described

__all__ = [
    "GROUPS",
    "KEY_LENGTH",
    "LOOPBACK",
    "ROOT",
    "VERSION",
    "About",
    "BadSetting",
    "Settings",
    "described",
    "from_environment",
    "names",
    "unknown",
]
