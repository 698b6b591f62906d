"""When an approved letter leaves."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from iep_mail.model import SendingRules

# After so long the days that a letter counts are no longer right.
APPROVAL_DAYS = 7


def leaves_at(now: datetime, rules: SendingRules, zone: ZoneInfo) -> datetime:
    """The first moment from `now` (aware) that the delay and the window allow, in UTC or `now`'s zone."""
    moment = now + timedelta(minutes=rules.delay_minutes)
    if rules.opens is None or rules.closes is None:
        return moment
    local = moment.astimezone(zone)
    for ahead in range(8):
        day = local.date() + timedelta(days=ahead)
        if day.weekday() not in rules.days:
            continue
        opens = datetime.combine(day, rules.opens, zone)
        closes = datetime.combine(day, rules.closes, zone)
        if ahead == 0 and opens <= local < closes:
            return moment
        if local < opens:
            return opens.astimezone(now.tzinfo)
    return moment
