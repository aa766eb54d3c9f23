"""Leistungsschlüssel: what people type, and what the parts mean."""

import pytest

from hub import catalogue

KEY = "99050012104000"


@pytest.mark.parametrize(
    "typed", [KEY, "99 050 012 104 000", "99.050.012.104.000", " 99\u00a0050\u00a0012 104000 ", "99-050-012-104-000"]
)
def test_spaces_dots_and_hyphens_between_digits_do_not_count(typed: str):
    assert catalogue.normalise(typed) == KEY


def test_nothing_typed_is_no_key():
    assert catalogue.normalise("  ") == ""


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("9905001210400", "hier sind es 13"),
        ("990500121040001", "hier sind es 15"),
        ("9905001210400O", "hier steht „O“"),
        ("٩٩٠٥٠٠١٢١٠٤٠٠٠", "nur aus Ziffern"),
        ("9,9050012104E+13", "gekürzter Leistungsschlüssel"),
    ],
)
def test_what_is_no_key_is_refused_with_the_reason(typed: str, told: str):
    with pytest.raises(catalogue.BadKey, match=told.replace("+", r"\+")):
        catalogue.normalise(typed)


def test_a_key_is_explained_part_by_part():
    parts = {part.name: (part.digits, part.meaning) for part in catalogue.explain(KEY, "Gewerbe")}
    assert parts == {
        "Instanz": ("99", "bundesweiter Leistungskatalog"),
        "Leistungsgruppe": ("050", "Gewerbe"),
        "Leistungskennung": ("012", "Gewerbe"),
        "Verrichtungskennung": ("104", "Anmeldung"),
        "Verrichtungsdetail": ("000", "kein Detail"),
    }


def test_another_prefix_than_99_is_taken_with_a_warning():
    assert catalogue.normalise("06 050 012 104 000") == "06050012104000"
    assert "statt mit 99" in catalogue.prefix_warning("06050012104000")
    assert catalogue.prefix_warning(KEY) == ""


@pytest.mark.parametrize(("key", "level"), [("99050012000000", "LO"), (KEY, "LOV"), ("99050012104001", "LOVD")])
def test_the_level_of_a_key_says_how_far_it_goes(key: str, level: str):
    assert catalogue.level(key) == level
    assert catalogue.object_key(key) == "99050012000000"
