"""When something is due, on the calendar and the clock people read."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.store.notifications import Way

BERLIN = ZoneInfo("Europe/Berlin")


def months_after(day: date, months: int) -> date:
    """Return the same day some months later (earlier if negative), the last one of a shorter month (§ 188 BGB)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due(way: Way, at: datetime, *, hour: int, weekday: int) -> datetime:
    """Return when news of `at` go out by `way`: at once, or with the next digest after it (UTC).

    `hour` and `weekday` (0 is Monday) are those of Europe/Berlin, so a digest stays at seven o'clock in summer and in
    winter. An hour that the change to summer time leaves out is the one after it; of a doubled hour the first counts.
    """
    if way == Way.NOW:
        return at
    day = at.astimezone(BERLIN).date()
    while True:
        moment = _on(day, hour)
        if moment > at and (way == Way.DAILY or day.weekday() == weekday):
            return moment
        day += timedelta(days=1)


def _on(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=BERLIN).astimezone(UTC)
