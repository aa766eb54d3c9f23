"""What the sample cooperation plans next: some services taken by a city, one that nobody has yet, one that is late."""

from datetime import timedelta

from sqlalchemy import select

from hub.actions import board, releasing
from hub.http import actor_of
from hub.store.accounts import User
from hub.work import Work

PLANNED = (
    ("Führungszeugnis Ausstellung", "marburg", 60, "Nach dem Wohngeld, mit der Fachstelle abgestimmt."),
    ("Gaststättengewerbe Anzeige", "fulda", 30, ""),
    ("Fundsache Anzeige", "", 90, "Wer kann beginnen?"),
    ("Melderegisterauskunft Erteilung", "limburg", 14, ""),
)
"""(service, city, days until it should be drafted, note)"""


def plant(work: Work) -> None:
    """Let the coordination plan services."""
    user_id = work.session.scalars(select(User.id).where(User.email == "koordination@ikz.example")).one()
    boss = Work(work.session, actor_of(work.session, user_id), work.now)
    day = releasing.today(work)
    for service, city, days, note in PLANNED:
        plan = board.add(boss, service, city=city, due_on=day + timedelta(days=days), note=note)
        if city == "limburg":
            plan.due_on = day - timedelta(days=3)
