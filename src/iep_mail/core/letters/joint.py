"""One letter instead of several to the same people about the same case on the same day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from iep_mail.core.letters.facts import Desk
from iep_mail.core.letters.intents import Intent, Waiting
from iep_mail.core.letters.templates import LetterTemplate
from iep_mail.data import load

SEVERAL = "several-requests"


def joined(intents: Sequence[Intent], desk: Desk) -> tuple[tuple[Intent, ...], tuple[Waiting, ...]]:
    """The letters with those that belong together made one, and what waits for the next letter.

    A letter joins where the case is the same and everybody it goes to is among those of the larger one.
    The joint letter's id rests on all it holds, so that it is another letter once a point is settled.
    """
    meetings, rest = _one_meeting_each(intents)
    letter = desk.templates.get(SEVERAL)
    if letter is None:
        return tuple(intents), ()
    alone = [i for i in rest if not _joinable(i)]
    groups: list[list[Intent]] = []
    # The widest circle first; within it the order of the flags, the most urgent first.
    for intent in sorted((i for i in rest if _joinable(i)), key=lambda i: -len(i.to)):
        group = next((g for g in groups if _belongs(intent, g[0])), None)
        groups.append([intent]) if group is None else group.append(intent)
    most = load("letters")["joint"]["most"]
    order = {intent.flag.id: number for number, intent in enumerate(intents)}
    written: list[Intent] = [*alone, *meetings]
    waiting: list[Waiting] = []
    why = load("letters")["sentences"]["held_full"]
    for group in groups:
        group.sort(key=lambda i: order[i.flag.id])
        written.append(_one_of(group[:most], letter))
        waiting += [Waiting(late.flag, why) for late in group[most:]]
    return tuple(sorted(written, key=lambda i: order[i.flag.id])), tuple(waiting)


def _joinable(intent: Intent) -> bool:
    return bool(
        intent.case
        and intent.to
        and intent.item
        and intent.letter.name in load("letters")["joint"]["letters"]
    )


def _belongs(intent: Intent, first: Intent) -> bool:
    return intent.case == first.case and set(intent.to) <= set(first.to)


def _one_of(group: Sequence[Intent], letter: LetterTemplate) -> Intent:
    if len(group) == 1:
        return group[0]
    first = group[0]
    latest = max(group, key=lambda i: (i.asked_on, i.about))
    widest = max(group, key=lambda i: len(i.to))
    ordered = sorted(group, key=lambda i: (i.asked_on, i.about))
    alike = len({i.wait for i in group}) == 1
    items = [i.item if alike else f"{i.item} {i.wait}".strip() for i in ordered]
    return replace(
        first,
        letter=letter,
        facts={**first.facts, "open_requests": items, "standing": first.wait if alike else None},
        to=widest.to,
        thread=latest.thread,
        about="+".join(sorted(f"{i.about}:{i.attempts}" for i in group)),
        attempts=max(i.attempts for i in group),
        request=next((i.request for i in group if i.request), None),
        note=" ".join(dict.fromkeys(i.note for i in group if i.note)),
        others=tuple(f for n, i in enumerate(group) for f in ((i.flag, *i.others) if n else i.others)),
        requests=tuple(dict.fromkeys(i.request for i in group if i.request)),
    )


def _one_meeting_each(intents: Sequence[Intent]) -> tuple[list[Intent], list[Intent]]:
    """Letters that ask for a meeting made one for each case, with every topic; and the other letters."""
    meetings: dict[str, Intent] = {}
    rest: list[Intent] = []
    for intent in intents:
        if "topics" not in intent.letter.required or not intent.case:
            rest.append(intent)
            continue
        before = meetings.get(intent.case)
        meetings[intent.case] = intent if before is None else _with_topics(before, intent)
    return list(meetings.values()), rest


def _with_topics(one: Intent, other: Intent) -> Intent:
    facts = {
        **one.facts,
        "topics": [*_lines(one, "topics"), *_lines(other, "topics")],
        "earlier": [*_lines(one, "earlier"), *_lines(other, "earlier")],
    }
    ids = sorted({*one.about.split("+"), other.about})
    return replace(
        one,
        facts=facts,
        about="+".join(ids),
        others=(*one.others, other.flag, *other.others),
        requests=tuple(dict.fromkeys((*one.requests, *one_of(one), *one_of(other)))),
    )


def one_of(intent: Intent) -> tuple[str, ...]:
    return (intent.request,) if intent.request else ()


def _lines(intent: Intent, name: str) -> list[str]:
    value = intent.facts.get(name)
    return [str(line) for line in value] if isinstance(value, list) else []
