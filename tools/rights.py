"""Write the manual's table of rights from the place that decides them."""

from pathlib import Path

from hub.web import rights

CHAPTER = Path(__file__).resolve().parents[1] / "docs" / "handbuch" / "rechte.md"

if __name__ == "__main__":
    CHAPTER.write_text(rights.markdown(), encoding="utf-8")
