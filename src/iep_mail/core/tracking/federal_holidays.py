"""US holidays: the federal ones as observed (5 U.S.C. 6103), for business days (34 CFR 300.11(b)), and
the days that people go by ("before Halloween")."""

from __future__ import annotations

from datetime import date
from functools import cache


@cache
def _of_year(year: int) -> dict[date, str]:
    import holidays  # 100 ms: only where business days are counted

    return dict(holidays.country_holidays("US", years=year, language="en_US"))


def federal_holiday(day: date) -> str | None:
    """The name of the holiday observed on `day`, or None. One observed on December 31 for the
    following January 1 is found too."""
    return _of_year(day.year).get(day) or _of_year(day.year + 1).get(day)


@cache
def holiday_in(name: str, year: int) -> date | None:
    """The day of a holiday itself, federal or not, not the day on which it is observed."""
    import holidays

    found = holidays.country_holidays(
        "US", years=year, language="en_US", observed=False, categories=("public", "unofficial")
    )
    return next((day for day, names in sorted(found.items()) if name in names.split("; ")), None)
