"""US federal holidays as observed (5 U.S.C. 6103), for business days (34 CFR 300.11(b))."""

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
