"""Where municipalities lie."""

import pytest

from hub.catalogue import places


def test_a_town_of_the_cooperation_lies_at_itself_and_another_in_the_middle_of_its_district():
    assert places.place("06534014") == places.Place("Marburg", 50.80, 8.77, True)
    other = places.place("06534001")
    assert other is not None
    assert (other.name, other.exact) == ("Marburg-Biedenkopf", False)


@pytest.mark.parametrize("key", ["", "05315000", "06", "0653", "06999001"])
def test_what_is_not_in_hesse_has_no_place(key: str):
    assert places.place(key) is None


def test_all_districts_of_hesse_are_there_and_inside_of_it():
    found = places.districts()
    assert len(found) == 26  # 21 districts and 5 independent cities
    assert all(49.3 < one.latitude < 51.7 and 7.7 < one.longitude < 10.3 for one in found)
