"""The manual: every chapter reachable, every link leading somewhere, every picture described."""

import re
from pathlib import Path

import pytest

MANUAL = Path(__file__).parents[2] / "docs" / "handbuch"
GENERATED = {"rechte.md"}
CHAPTERS = sorted(path for path in MANUAL.glob("*.md") if path.name not in GENERATED)

each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)


def _links(chapter: Path) -> set[str]:
    return set(re.findall(r"(?<!!)\[[^\]]+\]\(([\w-]+\.md)\)", chapter.read_text(encoding="utf-8")))


def test_the_first_page_leads_to_every_chapter() -> None:
    chapters = {chapter.name for chapter in CHAPTERS} - {"index.md"}
    assert chapters <= _links(MANUAL / "index.md")


@each_chapter
def test_a_link_to_a_chapter_leads_to_one(chapter: Path) -> None:
    known = {other.name for other in CHAPTERS} | GENERATED
    assert _links(chapter) <= known


@each_chapter
def test_a_picture_is_described_and_lies_with_the_others(chapter: Path) -> None:
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", chapter.read_text(encoding="utf-8"))
    assert all(len(words.split()) >= 5 for words, _ in pictures)
    assert all(re.fullmatch(r"bilder/[a-z-]+\.png", target) for _, target in pictures)


@each_chapter
def test_a_chapter_is_set_as_german_offices_set_text(chapter: Path) -> None:
    text = chapter.read_text(encoding="utf-8")
    assert re.findall(r"§ |(?:Abs\.|Nr\.|Art\.) \d|\d [€%]", text) == []
    assert text.count("„") == text.count("“")
    assert len(re.findall(r"^# ", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)) == 1
