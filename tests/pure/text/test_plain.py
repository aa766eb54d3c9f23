"""What of a typed text is kept."""

import pytest
from pydantic import ValidationError

from hub.inputs import EntryProfile
from hub.text.plain import one_line, plain

KEPT = (
    "Grüße aus Gießen",
    "Auf\u00adtrag",
    "§\u00a014 GewO",
    "👩\u200d💻",
    "می\u200cخواهم",
    "a\n\tb",
    "שלום",
    "e\u0301",
)


@pytest.mark.parametrize("text", KEPT)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\x00", "\x1b", "\x9b", "\U000e0041", "\u3164"]
)
def test_nothing_turns_letters_round_steers_a_terminal_or_hides(hidden: str) -> None:
    assert plain(f"ab{hidden}c") == "abc"
    assert one_line(f"{hidden} a\r\nb{hidden}") == "a b"
    with pytest.raises(ValidationError):
        EntryProfile(title=hidden)


@pytest.mark.parametrize("line", ["\u2028", "\x85", "\r\n", "\u2029"])
def test_every_kind_of_line_break_is_one(line: str) -> None:
    assert (plain(f"a{line}b"), one_line(f"a{line}b")) == ("a\nb", "a b")


@pytest.mark.parametrize("nothing", ["\u200d", "\u00ad\u200c", "\u0301", " \u00a0"])
def test_a_line_that_nobody_can_see_is_empty(nothing: str) -> None:
    assert one_line(nothing) == ""
