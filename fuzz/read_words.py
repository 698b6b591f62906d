"""atheris: any text as what a sentence asks, promises and dates, as a search, a template, a config, a calendar."""

import sys
from contextlib import suppress
from datetime import date

import atheris

with atheris.instrument_imports(include=["iep_mail"]):
    from iep_mail.adapters.calendar_file import parse_calendar
    from iep_mail.core.letters.templates import parse_letter
    from iep_mail.core.reading.asks import find_asks
    from iep_mail.core.reading.promises import find_promises
    from iep_mail.core.reading.quotes import new_text
    from iep_mail.core.reading.replies import read_reply
    from iep_mail.core.search.query import parse_query
    from iep_mail.core.tracking.durations import parse_duration
    from iep_mail.errors import IepMailError
    from iep_mail.model import SchoolCalendar

TODAY = date(2026, 3, 2)


def read(raw: bytes) -> None:
    text = raw.decode("utf-8", "surrogateescape")
    new_text(text)
    for find in (find_asks, find_promises, read_reply):
        find(text, TODAY, SchoolCalendar())
    for parse in (
        parse_query,
        parse_duration,
        lambda t: parse_letter(t, "x.txt"),
        lambda t: parse_calendar(raw, "x.ics"),
    ):
        with suppress(IepMailError, ValueError):
            parse(text)


atheris.Setup(sys.argv, read)
atheris.Fuzz()
