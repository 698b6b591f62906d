"""An invented family for the tests of letters and the digest: the Halvorsens of Larkspur."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from iep_mail.core.letters.drafting import Proposals, propose_letters
from iep_mail.core.letters.facts import Desk
from iep_mail.core.letters.templates import LetterTemplate, parse_letter
from iep_mail.model import (
    Address,
    Basis,
    Case,
    Casebook,
    Child,
    ClockClass,
    Commitment,
    CommitmentStatus,
    Contact,
    Deadline,
    Direction,
    Draft,
    Effect,
    Family,
    FiledMessage,
    Flag,
    FlagKind,
    Iep,
    IepService,
    IepStatement,
    Message,
    MessageKind,
    Observation,
    Parent,
    Request,
    RequestEvent,
    RequestKind,
    RequestStatus,
    School,
    SchoolCalendar,
)

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 3, 9)  # a Monday
INGRID = "ingrid@halvorsen.example.net"
OKORO = "a.okoro@larkspur.example.org"
VANCE = "t.vance@larkspur.example.org"
LINDQVIST = "director@district.example.org"

FAMILY = Family(
    timezone="America/Chicago",
    parents=(Parent("Ingrid Halvorsen", (INGRID,)), Parent("Per Halvorsen", ("per@halvorsen.example.com",))),
    children=(Child("Nils Halvorsen", ("Nisse",)),),
    school=School(
        domains=("larkspur.example.org", "district.example.org"),
        contacts=(
            Contact(OKORO, "Ms. Adaeze Okoro", "Case manager"),
            Contact(VANCE, "Toby Vance", "Speech-language pathologist"),
            Contact(LINDQVIST, "Dr. Maj Lindqvist", "Director of special education"),
            Contact("principal@larkspur.example.org", "Ruth Adler", "Principal"),
        ),
        portals=("noreply@portal.example.com",),
    ),
)
CALENDAR = SchoolCalendar(
    closed={date(2026, 3, 13): "teacher day"}, first_day=date(2025, 9, 2), last_day=date(2026, 6, 12)
)
IEP = Iep(
    child="Nils Halvorsen",
    effective_from=date(2025, 10, 1),
    effective_to=date(2026, 9, 30),
    services=(
        IepService(name="Speech-language therapy", minutes=25, frequency="3 times per week", page=11),
        IepService(name="Occupational therapy", minutes=40, frequency="1 time per week", page=12),
    ),
    accommodations=(
        IepStatement("Notes given in writing before the lesson", 14),
        IepStatement("Noise-reducing earmuffs during tests", 14, date(2026, 1, 15)),
    ),
)
CASE = Case("c-speech", "Speech sessions", "speech", "Nils Halvorsen", ("t1",), step=1)


@cache
def letters() -> dict[str, LetterTemplate]:
    folder = ROOT / "templates" / "letters"
    return {p.stem: parse_letter(p.read_text(encoding="utf-8"), p.name) for p in sorted(folder.glob("*.txt"))}


def filed(
    sha: str, day: date, sender: str = INGRID, to: tuple[str, ...] = (VANCE,), **more: object
) -> FiledMessage:
    names = {c.address: c.name for c in FAMILY.school.contacts} | {INGRID: "Ingrid Halvorsen"}
    thread = str(more.pop("thread", "t1"))
    kind = more.pop("kind", MessageKind.PERSONAL)
    assert isinstance(kind, MessageKind)
    message = Message(
        sha256=sha,
        message_id=f"<{sha}@example.net>",
        date=datetime(day.year, day.month, day.day, 15, 0, tzinfo=UTC),
        sender=Address(names.get(sender, ""), sender),
        to=tuple(Address(names.get(a, ""), a) for a in to),
        subject="Nils Halvorsen and speech",
    )
    message = replace(message, **more)  # type: ignore[arg-type]
    ours = FAMILY.is_own(sender)
    return FiledMessage(
        message,
        Direction.TO_SCHOOL if ours else Direction.FROM_SCHOOL,
        kind,
        day,
        thread,
        "c-speech",
        "Nils Halvorsen",
    )


ASKED = filed("m1", date(2026, 2, 23))


def request(kind: RequestKind = RequestKind.INFORMATION, **more: object) -> Request:
    base = Request(
        id="r-1",
        sha256="m1",
        message_id="<m1@example.net>",
        quote="Could you tell me on which days Nils has speech this term?",
        kind=kind,
        child="Nils Halvorsen",
        case="c-speech",
        thread="t1",
        asked_of=(VANCE,),
        asked_on=date(2026, 2, 23),
        deadline=Deadline(
            date(2026, 3, 2), Basis.BUILT_IN, "5 school days", date(2026, 2, 23), clock_class=ClockClass.NUDGE
        ),
        status=RequestStatus.OPEN,
    )
    return replace(base, **more)  # type: ignore[arg-type]


def flag(kind: FlagKind = FlagKind.OVERDUE_REQUEST, **more: object) -> Flag:
    base = Flag(
        id=f"f-{kind}",
        kind=kind,
        case="c-speech",
        since=date(2026, 3, 3),
        reason="You asked Toby Vance on February 23 and an answer is 7 days late.",
        next_step="Send a short, friendly follow-up.",
        urgency=70,
        request="r-1",
    )
    return replace(base, **more)  # type: ignore[arg-type]


def commitment(**more: object) -> Commitment:
    base = Commitment(
        id="k-1",
        sha256="m2",
        message_id="<m2@example.net>",
        quote="I will send the schedule by March 4.",
        by="Toby Vance",
        said_on=date(2026, 2, 25),
        case="c-speech",
        thread="t1",
        due_on=date(2026, 3, 4),
        status=CommitmentStatus.OPEN,
    )
    return replace(base, **more)  # type: ignore[arg-type]


def refusal() -> RequestEvent:
    return RequestEvent(
        "m2", Effect.REFUSED, date(2026, 3, 3), OKORO, "We are not able to add sessions.", reason="staffing"
    )


def missed(sha: str = "m2", on: date = date(2026, 3, 4)) -> Observation:
    return Observation(sha, "missed_service", "There was no speech on Wednesday.", on, "speech")


def proposals_for(
    flags: Flag | list[Flag],
    *,
    requests: tuple[Request, ...] = (),
    commitments: tuple[Commitment, ...] = (),
    messages: tuple[FiledMessage, ...] = (ASKED,),
    ieps: tuple[Iep, ...] = (IEP,),
    observations: tuple[Observation, ...] = (),
    family: Family = FAMILY,
    cases: tuple[Case, ...] = (CASE,),
    today: date = TODAY,
    cite: bool = True,
) -> Proposals:
    flags = [flags] if isinstance(flags, Flag) else flags
    desk = Desk(
        family, ieps, messages, cases, observations, letters(), CALENDAR, today, cite, requests, commitments
    )
    return propose_letters(flags, desk)


def draft_for(flags: Flag | list[Flag], **more: Any) -> tuple[Draft, ...]:
    return proposals_for(flags, **more).drafts


def casebook(flags: tuple[Flag, ...] = (), **more: object) -> Casebook:
    base = Casebook(
        as_of=TODAY,
        messages=(ASKED,),
        threads=(),
        cases=(CASE,),
        requests=(),
        commitments=(),
        flags=flags,
        drafts=(),
    )
    return replace(base, **more)  # type: ignore[arg-type]


def same_as_golden(path: Path, text: str) -> None:
    """Compares with a stored page; to renew it, delete the file and run the tests twice."""
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        raise AssertionError(f"{path.name} was missing and has been written: read it, then run again")
    assert text == path.read_text(encoding="utf-8")
