"""The matter in one paragraph of counted facts; nothing in it is an opinion."""

from __future__ import annotations

from collections.abc import Iterator

from iep_mail.core.evidence.contents import CaseFile
from iep_mail.core.services.words import day_words
from iep_mail.core.services.words import summary as services_summary


def summary_paragraph(file: CaseFile) -> str:
    """What the file counts, in sentences that each can be checked in one of its tables."""
    return " ".join(_sentences(file))


def _sentences(file: CaseFile) -> Iterator[str]:
    if not file.exhibits:
        yield "No message is on record in this matter."
        return
    ours = sum(e.from_family for e in file.exhibits)
    theirs = len(file.exhibits) - ours
    first, last = file.exhibits[0].on, file.exhibits[-1].on
    span = f"on {day_words(first)}" if first == last else f"between {day_words(first)} and {day_words(last)}"
    yield (
        f"The record holds {_many(len(file.exhibits), 'message')} {span}: {ours} from the family and {theirs} from "
        "the school."
    )
    yield from _about_requests(file)
    if file.commitments:
        late = sum("passed" in c.status for c in file.commitments)
        done = sum(c.status == "done" for c in file.commitments)
        rest = f" and {late} {'is' if late == 1 else 'are'} open past the day named" if late else ""
        yield (
            f"The school said in {_many(len(file.commitments), 'place')} what it would do; "
            f"{done} {'is' if done == 1 else 'are'} on record as done{rest}."
        )
    if file.ledger and (said := services_summary(file.ledger)):
        yield said


def _about_requests(file: CaseFile) -> Iterator[str]:
    total = file.stats.total
    if not total.asked:
        yield "No request was found in it."
        return
    parts = [f"{total.answered} answered", f"{total.refused} declined", f"{total.still_open} open"]
    if total.withdrawn:
        parts.append(f"{total.withdrawn} withdrawn")
    yield f"The family made {_many(total.asked, 'request')}: {', '.join(parts[:-1])} and {parts[-1]}."
    if total.settled:
        yield f"Of the {total.settled} answered or declined, {total.in_time} came by the due date."
    waiting = [r for r in file.requests if r.settled_on is None and r.days_late]
    if waiting:
        oldest = max(waiting, key=lambda r: (r.days_late, r.label))
        yield (
            f"{total.overdue} of the open {'is' if total.overdue == 1 else 'are'} past the due date on "
            f"{day_words(file.as_of)}; the longest, {oldest.label}, by {_many(oldest.days_late, 'day')} after "
            f"{_many(oldest.attempts, 'attempt')}."
        )
    if file.stats.reminders:
        yield f"{_many(file.stats.reminders, 'reminder')} {'was' if file.stats.reminders == 1 else 'were'} sent."


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"
