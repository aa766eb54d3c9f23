"""Addresses and file names from titles."""

import re
import unicodedata
from collections.abc import Container
from itertools import count

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o"})


def slug(text: str, *, limit: int = 80, empty: str = "eintrag") -> str:
    """Return `text` as lower-case words of a–z and 0–9 joined by hyphens, at most `limit` characters."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_GERMAN)).encode("ascii", "ignore").decode()
    joined = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return joined[:limit].rstrip("-") or empty


def free(base: str, taken: Container[str]) -> str:
    """Return `base`, or the first of `base-2`, `base-3` … that is not taken."""
    return next(name for at in count(1) if (name := base if at == 1 else f"{base}-{at}") not in taken)


def file_name(text: str, *, limit: int = 120) -> str:
    """Return an uploaded file's name made harmless: no path, no control or direction marks, bounded length."""
    base = re.split(r"[\\/]", text)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C")
    kept = kept.strip(" .")
    if len(kept) > limit:
        stem, dot, ending = kept.rpartition(".")
        kept = f"{stem[: limit - len(ending) - 1]}.{ending}" if dot and len(ending) <= 8 else kept[:limit]
    return kept or "datei"
