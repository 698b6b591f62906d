"""The parent's word in `review`: for each kind of matter the keys that say something about it.

Each key leads to the same decision as the page and the other commands; it gives the numbers of what was
decided, the one that is told first, so that it can be taken back as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from iep_mail.cli.output import now, paragraph

if TYPE_CHECKING:
    from iep_mail.core.letters.entries import Page
    from iep_mail.jobs.workspace import Workspace
    from iep_mail.model import Case, Commitment, Flag, PossibleMiss, Request


@dataclass(frozen=True, slots=True)
class Matter:
    """What a key speaks of."""

    workspace: Workspace
    page: Page
    flag: Flag

    @property
    def request(self) -> Request | None:
        return self.page.request(self.flag)

    @property
    def commitment(self) -> Commitment | None:
        return next((c for c in self.page.book.commitments if c.id == self.flag.commitment), None)

    @property
    def case(self) -> Case | None:
        return next((c for c in self.page.book.cases if c.id == self.flag.case), None)


Action = Callable[[Matter], tuple[int, ...]]


def words_for(matter: Matter) -> dict[str, tuple[str, Action]]:
    """The keys that mean something for this matter, each with what it says."""
    return dict(_words(matter))


def _words(matter: Matter) -> Iterator[tuple[str, tuple[str, Action]]]:
    flag, request = matter.flag, matter.request
    if request:
        yield "t", ("it was answered", _answered)
    if request and not request.status.settled:
        if request.candidates:
            yield "y", ("that answers it", _answered_by_candidate)
            yield "x", ("that does not answer it", _not_by_candidate)
        yield "r", ("they said no", _refused)
        yield "v", ("I no longer ask for it", _withdraw)
        yield "g", ("give it another day", _due)
        yield "n", ("it asks for nothing", _nothing)
    elif request:
        yield "o", ("it is still open", _open)
    if matter.commitment:
        yield "y", ("they did it", _kept)
        yield "v", ("I no longer wait for it", _not_waiting)
    if flag.duty:
        yield "y", ("it has come", _duty("duty_arrived"))
        yield "v", ("do not expect it", _duty("duty_not_owed"))
    if flag.kind == "missed_service":
        yield "y", ("say what became of the session", _sessions)
    if flag.kind == "check_in":
        yield "y", ("it holds", _holds)
        yield "x", ("it does not hold", _does_not_hold)
    if matter.case:
        yield "h", ("stay at this step", _hold)
        yield "c", ("write down a call or a talk", _call)
        yield "b", ("it is settled: what was agreed", _agreed)


# --- requests and promises ------------------------------------------------------------------


def _settle(matter: Matter, **how: Any) -> tuple[int, ...]:
    from iep_mail.jobs.deciding import settle

    assert matter.request
    return (settle(matter.workspace, matter.page.book, matter.request, now(), **how).decision.id,)


def _answered(matter: Matter) -> tuple[int, ...]:
    return _settle(matter)


def _refused(matter: Matter) -> tuple[int, ...]:
    return _settle(matter, refused=True)


def _answered_by_candidate(matter: Matter) -> tuple[int, ...]:
    assert matter.request
    return _settle(matter, answered_by=matter.page.book.message(matter.request.candidates[-1].sha256))


def _not_by_candidate(matter: Matter) -> tuple[int, ...]:
    from iep_mail.jobs.deciding import does_not_answer

    assert matter.request
    message = matter.page.book.message(matter.request.candidates[-1].sha256)
    return (does_not_answer(matter.workspace, matter.request, message, now()).decision.id,)


def _say(matter: Matter, kind: str) -> tuple[int, ...]:
    from iep_mail.core.decisions.kinds import Said
    from iep_mail.jobs.deciding import say_of_request

    assert matter.request
    return (say_of_request(matter.workspace, Said(kind), matter.request, now(), {}).decision.id,)


def _withdraw(matter: Matter) -> tuple[int, ...]:
    return _say(matter, "withdraw")


def _nothing(matter: Matter) -> tuple[int, ...]:
    return _say(matter, "not_request")


def _open(matter: Matter) -> tuple[int, ...]:
    return _say(matter, "reopen")


def _due(matter: Matter) -> tuple[int, ...]:
    from iep_mail.jobs.deciding import set_due

    assert matter.request
    day = _day(f"Due on which day? It is {matter.request.due_on.isoformat()} now")
    return (set_due(matter.workspace, matter.request, day, now()).decision.id,) if day else ()


def _day(question: str) -> date | None:
    """A day as 2026-03-20; None where nothing was typed."""
    while given := click.prompt(question, default="", show_default=False).strip():
        try:
            return date.fromisoformat(given)
        except ValueError:
            click.echo(f"“{given}” is not a day: write it as 2026-03-20, or only press Enter.")
    return None


def _say_of_promise(matter: Matter, kind: str) -> tuple[int, ...]:
    from iep_mail.core.decisions.kinds import Said
    from iep_mail.jobs.deciding import say_of_commitment

    assert matter.commitment
    return (say_of_commitment(matter.workspace, Said(kind), matter.commitment, now(), {}).decision.id,)


def _kept(matter: Matter) -> tuple[int, ...]:
    return _say_of_promise(matter, "keep_commitment")


def _not_waiting(matter: Matter) -> tuple[int, ...]:
    return _say_of_promise(matter, "withdraw_commitment")


def _duty(kind: str) -> Action:
    return lambda matter: (matter.workspace.decide(kind, matter.flag.duty or "", "", now()).id,)


# --- sessions, cases and the log ------------------------------------------------------------


def _sessions(matter: Matter) -> tuple[int, ...]:
    """Each session that the message tells of: missed, or not."""
    from iep_mail.jobs.services import confirm_miss, reject_miss, waiting

    done: list[int] = []
    told = [m for m in waiting(matter.workspace, matter.page.book.as_of) if matter.flag.message in m.messages]
    if not told:
        click.echo("Nothing in it waits for your word.")
    for miss in told:
        answer = click.prompt(
            paragraph(f"Was it missed: {_named(miss, matter.page)}? [y]es, [n]o, [l]ater", "  "),
            type=click.Choice(("y", "n", "l")),
            show_choices=False,
        )
        if answer == "n":
            done.append(reject_miss(matter.workspace, miss, now()).id)
        elif answer == "y":
            day = None if miss.on else _day("On which day?")
            service = "" if miss.service else click.prompt("Which service?", default="", show_default=False)
            decision = confirm_miss(matter.workspace, miss, now(), on=day, service=service)
            done.append(decision.id)
    return tuple(reversed(done))


def _named(miss: PossibleMiss, page: Page) -> str:
    return (miss.service or "a session") + (f" on {page.day(miss.on)}" if miss.on else "")


def _holds(matter: Matter) -> tuple[int, ...]:
    return _looked(matter, "")


def _does_not_hold(matter: Matter) -> tuple[int, ...]:
    seen = click.prompt("What did you see?", default="", show_default=False).strip()
    return _looked(matter, seen) if seen else ()


def _looked(matter: Matter, seen: str) -> tuple[int, ...]:
    from iep_mail.jobs.agreeing import looked

    assert matter.case
    return (looked(matter.workspace, matter.page.book, matter.case, now(), seen).id,)


def _hold(matter: Matter) -> tuple[int, ...]:
    from iep_mail.core.tracking.ladder import HOLD_STEP

    assert matter.case
    return (matter.workspace.decide(HOLD_STEP, matter.case.id, "", now()).id,)


def _agreed(matter: Matter) -> tuple[int, ...]:
    from iep_mail.jobs.agreeing import resolve, waiting_in

    assert matter.case
    click.echo("What was agreed? One point a line; an empty line ends it.")
    points: list[str] = []
    while point := click.prompt("  ", default="", show_default=False, prompt_suffix="").strip():
        points.append(point)
    if not points:
        return ()
    waiting = waiting_in(matter.page.book, matter.case)
    settled = waiting if waiting and click.confirm(_settles(len(waiting)), default=True) else ()
    done = resolve(matter.workspace, matter.page.book, matter.case, points, now(), settled=settled)
    return tuple(decision.id for decision in done)


def _settles(count: int) -> str:
    return f"Does it settle the {count} request{'s' * (count != 1)} still open in this matter?"


def _call(matter: Matter) -> tuple[int, ...]:
    from iep_mail.jobs.entering import Written, add_entry, people_named
    from iep_mail.model import Channel, Direction

    with_whom = click.prompt("With whom?", default="", show_default=False).strip()
    text = click.prompt(
        "What was said? (“She said she will …”, “I asked for …”)", default="", show_default=False
    )
    if not text.strip():
        return ()
    theirs = click.confirm("Did they tell you (and not you them)?", default=True)
    written = Written(
        channel=Channel.CALL,
        direction=Direction.FROM_SCHOOL if theirs else Direction.TO_SCHOOL,
        people=people_named([with_whom], matter.workspace.family, matter.page.book) if with_whom else (),
        text=text,
        case=matter.case,
        child=matter.case.child if matter.case else None,
    )
    return (add_entry(matter.workspace, matter.page.book, written, now()).decision.id,)
