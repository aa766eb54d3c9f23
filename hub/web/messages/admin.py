"""Words for running the hub."""

from flask_babel import lazy_gettext as _l

RIGHTS: dict[str, object] = {
    "administer": _l("Den Hub verwalten: Konten, Protokoll, Einstellungen, Löschung, Wartung"),
}
