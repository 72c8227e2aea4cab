"""ISO 8601 texts of timers: moments, durations (months end at the month's last day), repetitions."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from rathaus.kernel.public import timelimits

_DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,5})M)?(?:(?P<weeks>\d{1,5})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?P<time>T(?:(?P<hours>\d{1,7})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9})(?:\.\d{1,9})?S)?)?"
)
_CYCLE = re.compile(r"R(?P<times>\d{0,6})/(?P<rest>.+)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
MAX_YEARS = 200


class NotIso(ValueError):
    """The text is not what ISO 8601 means; the message is German."""


@dataclass(frozen=True, slots=True)
class Duration:
    months: int = 0
    days: int = 0
    seconds: int = 0

    def after(self, moment: datetime, *, working_days: bool = False) -> datetime:
        """The moment later by this: months and days by the calendar of the moment's zone, hours by the clock."""
        day = _add_months(moment.date(), self.months)
        if working_days:
            day = timelimits.add_working_days(day, self.days)
        else:
            day += timedelta(days=self.days)
        local = datetime.combine(day, moment.timetz())
        if not self.seconds:
            return local
        return (local.astimezone(UTC) + timedelta(seconds=self.seconds)).astimezone(moment.tzinfo)


@dataclass(frozen=True, slots=True)
class Cycle:
    """`times` None repeats without end."""

    times: int | None
    every: Duration
    first: datetime | None = None


def duration(text: str) -> Duration:
    """Read a duration such as `P14D`, `P1M`, `PT2H`. Raises NotIso."""
    match = _DURATION.fullmatch(text.strip())
    if not match or match["sign"] or text.strip().endswith(("P", "T")):
        raise NotIso(
            f"„{text}“ ist keine Dauer. Schreiben Sie zum Beispiel „P14D“ (14 Tage) oder „PT2H“ (2 Stunden)."
        )
    part = {
        name: int(value or 0) for name, value in match.groupdict().items() if name not in ("sign", "time")
    }
    found = Duration(
        months=part["years"] * 12 + part["months"],
        days=part["weeks"] * 7 + part["days"],
        seconds=part["hours"] * 3600 + part["minutes"] * 60 + part["seconds"],
    )
    if found.months / 12 + found.days / 365 + found.seconds / 31_536_000 > MAX_YEARS:
        raise NotIso(f"Die Dauer „{text}“ ist länger als {MAX_YEARS} Jahre. Geben Sie eine kürzere an.")
    return found


def moment(text: str, zone: tzinfo) -> datetime:
    """Read a date (its first minute) or a date with time; without an offset it is local. Raises NotIso."""
    cleaned = text.strip()
    try:
        if _DATE.fullmatch(cleaned):
            return datetime.combine(date.fromisoformat(cleaned), time.min, tzinfo=zone)
        found = datetime.fromisoformat(cleaned.partition("[")[0].partition("@")[0])
    except ValueError:
        raise NotIso(
            f"„{text}“ ist kein Zeitpunkt. Schreiben Sie zum Beispiel „2026-12-04“ oder „2026-12-04T10:00:00“."
        ) from None
    return found.replace(tzinfo=zone) if found.tzinfo is None else found.astimezone(zone)


def cycle(text: str, zone: tzinfo) -> Cycle:
    """Read a repetition such as `R3/P1D` or `R/2026-12-04T10:00:00/P1W`. Raises NotIso."""
    match = _CYCLE.fullmatch(text.strip())
    parts = match["rest"].split("/") if match else []
    if not match or len(parts) not in (1, 2):
        raise NotIso(
            f"„{text}“ ist keine Wiederholung. Schreiben Sie zum Beispiel „R3/P7D“ (dreimal alle 7 Tage)."
        )
    every = duration(parts[-1])
    if every == Duration():
        raise NotIso(
            "Die Wiederholung hat den Abstand null. Geben Sie einen Abstand an, zum Beispiel „R3/P7D“."
        )
    times = int(match["times"]) if match["times"] else None
    if times == 0:
        raise NotIso(
            "Die Wiederholung geschieht nullmal. Schreiben Sie zum Beispiel „R3/P7D“ oder ohne Grenze „R/P7D“."
        )
    found = Cycle(times, every)
    return replace(found, first=moment(parts[0], zone)) if len(parts) == 2 else found


def _add_months(day: date, months: int) -> date:
    """31 January + one month is the last day of February (§ 188 (3) BGB)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))
