"""Numbers of the speech story, and what they rest on."""

from datetime import date

from iep_mail.core.casebook import Rules, build_casebook
from iep_mail.core.evidence.stats import NO_JUDGEMENT, build_stats, count_parts
from iep_mail.model import Casebook
from world import CALENDAR, FAMILY, PARENT, TEACHER, at, mail, read_all, speech_story


def book(day: date) -> Casebook:
    answer = mail(TEACHER, PARENT, "Re: Speech on Monday?", "Yes, speech was held on January 12.\n\nEllen Park",
                  at("2026-02-02 15:00"), number=7, answers=3)  # fmt: skip
    return build_casebook(read_all([*speech_story(), answer]), [], [], CALENDAR, Rules(FAMILY, {}), day)


def test_before_and_after_the_answer() -> None:
    before = build_stats(book(date(2026, 2, 1)))
    assert (before.total.asked, before.total.still_open, before.total.overdue) == (2, 2, 1)
    assert (before.total.median_days, before.reminders) == (None, 1)
    after = build_stats(book(date(2026, 2, 9)), name=lambda email: email.split("@")[0])
    assert (after.total.answered, after.total.in_time, after.total.median_days) == (1, 0, 20.0)
    assert {c.name: (c.asked, c.answered) for c in after.by_person} == {"epark": (1, 1), "vshaw": (1, 0)}
    assert {c.name: c.asked for c in after.by_kind} == {"information": 1, "records": 1}


def test_open_by_age_counts_each_open_request_once() -> None:
    stats = build_stats(book(date(2026, 4, 20)))
    assert dict(stats.open_by_age) == {
        "up to 30 days": 0, "31 to 60 days": 0, "61 to 90 days": 0, "more than 90 days": 1
    }  # fmt: skip
    assert sum(n for _, n in stats.open_by_age) == stats.total.still_open


def test_one_case_only_and_none_at_all() -> None:
    whole = book(date(2026, 2, 9))
    records = next(r.case for r in whole.requests if r.kind == "records")
    assert build_stats(whole, records).total.asked == 1
    assert build_stats(whole, "no such case").total.asked == 0
    assert "no judgement on a person" in NO_JUDGEMENT


def test_the_parts_of_a_bar_are_all_that_was_asked() -> None:
    total = build_stats(book(date(2026, 2, 9))).total
    assert dict(count_parts(total)) == {"held": 0, "apart": 1, "not-held": 0, "no-record": 1}
    assert sum(number for _, number in count_parts(total)) == total.asked - total.withdrawn
