"""Words that sound alike have the same digits."""

import pytest

from hub.text.phonetics import sound


@pytest.mark.parametrize(
    ("word", "digits"),
    # Examples of Postel's paper and of its common descriptions.
    [("muller", "657"), ("ludenscheidt", "52682"), ("wikipedia", "3412"), ("breschnew", "17863"), ("heithabu", "021")],
)
def test_known_codes(word: str, digits: str) -> None:
    assert sound(word) == digits


def test_a_lost_letter_is_heard_where_it_belongs() -> None:
    assert sound("gewerbeameldung") == sound("gewerbeanmeldung") != sound("gewerbeabmeldung")
