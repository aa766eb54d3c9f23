"""The checklist of security names all requirements once, and evidence that is there."""

import re
from pathlib import Path

from tools import asvs

ROOT = Path(__file__).resolve().parents[2]
ROWS = {key: row for chapter in asvs.rows().values() for key, row in chapter.items()}


def test_the_checklist_has_all_requirements_of_levels_one_and_two() -> None:
    assert len(ROWS) == 253
    assert sum(row[0] == 1 for row in ROWS.values()) == 70
    assert {key.partition(".")[0] for key in ROWS} == {str(number) for number in range(1, 18)}


def test_every_piece_of_evidence_exists() -> None:
    wrong = []
    for key, row in ROWS.items():
        for name in row[3]:
            path, _, test = name.partition("::")
            file = ROOT / path
            if not file.exists() or (test and f"def {test}(" not in file.read_text(encoding="utf-8")):
                wrong.append(f"{key}: {name}")
    assert wrong == []


def test_what_is_said_to_be_met_has_evidence_and_what_is_not_says_why() -> None:
    assert [key for key, row in ROWS.items() if row[2] == "ja" and not row[3]] == []
    assert [key for key, row in ROWS.items() if row[2] in ("nein", "entfällt") and not row[4]] == []
    assert [key for key, row in ROWS.items() if row[2] == "teils" and not (row[3] or row[4])] == []


def test_the_page_is_what_the_list_says() -> None:
    assert (asvs.FOLDER / "asvs.md").read_text(encoding="utf-8") == asvs.page(), "run: make asvs"
    assert len(re.findall(r"^\| \d+\.\d+\.\d+ \|", asvs.page(), re.MULTILINE)) == 253
