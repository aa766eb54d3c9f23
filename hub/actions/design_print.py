"""A service design as the blocks a printed document is made of."""

from collections.abc import Iterator

from hub import design
from hub.actions import print_blocks
from hub.actions.designs import Reading

PICTURE = "journey.svg"
_WORDS = {
    "de": (
        "Vom Antrag bis zum Bescheid",
        "Eckdaten",
        "Feld",
        "Angabe",
        "Posten",
        "Rechenweg",
        "Ergebnis",
        "Ersparnis im Jahr",
    ),
    "en": (
        "From application to decision",
        "Key facts",
        "Field",
        "Value",
        "Item",
        "Calculation",
        "Result",
        "Saving in a year",
    ),
}


def sections(told: Reading, lang: str) -> Iterator[tuple[str, list[print_blocks.Block]]]:
    """Yield headings with blocks: the way, the fields, the sections with the computed saving among the figures."""
    way, facts, field, value, *heads, saving = _WORDS[lang]
    text = told.design
    if told.journey.stated or told.journey.broken_count:
        blocks = [print_blocks.picture(PICTURE, told.journey.summary(lang))]
        blocks += [
            print_blocks.text_block(stop.sentence(lang), number=f"{at}.")
            for at, stop in enumerate(told.journey.stops, 1)
        ]
        yield way, blocks
    if text.fields:
        told_above = {stop.station.field for stop in told.journey.stops}
        facts_rows = [[name, told_value] for name, told_value in text.fields.items() if name not in told_above]
        yield facts, [print_blocks.table_block([[field, value], *facts_rows])]
    if text.intro:
        yield text.title, print_blocks.of_markdown(text.intro)
    rows = [heads, *([row.name, row.formula, row.result] for row in told.figures.rows)]
    table = [print_blocks.table_block(rows)] if told.figures.rows else []
    for section in text.sections:
        blocks = print_blocks.of_markdown(design.told_checklist(section.text))
        yield section.heading, [*table, *blocks] if section.key == "zahlen" else blocks
    if table and not text.section("zahlen"):
        yield saving, table
