"""Passwords that are quickly guessed although they are long: known ones, words with a year behind, keyboard runs.

zxcvbn estimates in how many tries a guesser who knows how people make passwords arrives at one. It brings the 30,000
most frequent passwords of published breaches, and English words and names; German ones and those of the place are
given to it. Wheeler, „zxcvbn: Low-Budget Password Strength Estimation“, USENIX Security 2016.
"""

import re
from collections.abc import Iterable

from zxcvbn_rs_py import zxcvbn

ENOUGH = 10_000_000_000
"""Guesses that make a password hard to guess: what zxcvbn asks of the best of its five grades."""
LOOKED_AT = 32
"""Characters that are estimated: the time grows with their square, and what is weak for that long is weak."""
COMMON = (
    "passwort", "kennwort", "willkommen", "hallo", "geheim", "schatz", "ichliebedich", "ich", "liebe", "dich",
    "mein", "meine", "unser", "danke", "bitte", "guten", "morgen", "start", "anfang", "test", "neu", "letmein",
    "changeme", "qwertz", "qwertzuiop", "asdfghjkl", "yxcvbnm", "yaq12wsx", "yaq1xsw2", "1qay2wsx",
    "1qay2wsx3edc", "yaq12wsxcde3", "zaq12wsxcde3", "frühling", "fruehling", "sommer", "herbst", "winter",
    "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "januar", "februar",
    "märz", "maerz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember",
    "weihnachten", "ostern", "urlaub", "sonne", "sonnenschein", "fussball", "fußball", "eintracht", "frankfurt",
    "deutschland", "hessen", "admin", "administrator", "benutzer", "verwaltung", "stadt", "stadtverwaltung",
    "rathaus", "landkreis", "kreis", "gemeinde", "buergerbuero", "bürgerbüro", "buerger", "bürger", "behoerde",
    "behörde", "amt", "ordnungsamt", "standesamt", "bauamt", "prozess", "prozesshub", "prozessmodell",
    "modellierung", "freigabe", "hub", "ikz", "ozg", "ozgplus", "bpmn", "kooperation", "leistung",
    "hundesteuer", "correcthorsebatterystaple",
)  # fmt: skip
"""German words, keyboard runs and words of this hub that people here try first."""
_WORD = re.compile(r"[^\W_]{3,}")


def words_of(*texts: str) -> list[str]:
    """Return the words of names and addresses, lower case: „Universitätsstadt Marburg“ gives two."""
    return [word for text in texts for word in _WORD.findall(text.lower())]


def guessable(password: str, context: Iterable[str] = ()) -> bool:
    """Whether fewer guesses than `ENOUGH` find `password`.

    `context`: words that somebody who guesses for this person would try, such as their name and their city.
    """
    return zxcvbn(password[:LOOKED_AT], [*context, *COMMON]).guesses < ENOUGH
