"""Letters written: which letter answers which flag, and those that the parent started.

Nothing is sent from here: a draft waits for the parent, and one with a blank cannot be approved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from iep_mail.core.letters.duty_letters import for_duty
from iep_mail.core.letters.facts import Desk, reply_by
from iep_mail.core.letters.intents import (
    ABOUT_REQUESTS,
    Intent,
    Waiting,
    about_services,
    for_commitment,
    for_missed,
    for_request,
    put_off,
    same_matter,
    same_promise,
    with_promise,
)
from iep_mail.core.letters.joint import joined
from iep_mail.core.letters.people import greeting, titled_name, without_names
from iep_mail.core.letters.recipients import by_role, copies, thread_position
from iep_mail.core.letters.resolution_letters import ABOUT_RESOLUTIONS, for_resolution
from iep_mail.core.letters.templates import LetterTemplate, render
from iep_mail.data import load
from iep_mail.errors import TemplateError
from iep_mail.model import (
    Blank,
    Commitment,
    Draft,
    Flag,
    FlagKind,
)

TO_BLANK = Blank("to", "the address this letter goes to")
# From this many documented attempts on a wider circle is told; the usual advice is two or three.
COPIES_FROM = 2


@dataclass(frozen=True, slots=True)
class Proposals:
    """The letters of a day, and for flags without one the reason, by the flag's id."""

    drafts: tuple[Draft, ...] = ()
    waiting: Mapping[str, str] = field(default_factory=dict)


def propose_letters(flags: Sequence[Flag], desk: Desk) -> Proposals:
    """The letters proposed on the desk's day, in the order of `flags`.

    Two matters of one case for the same people share a letter; none is proposed while an answer is
    named for a later day, nor within the gap of data/letters.toml after the last reminder.
    """
    found = _intents(flags, desk)
    order = {flag.id: number for number, flag in enumerate(flags)}
    found.sort(key=lambda f: order[f.flag.id])
    letters, held = joined(_written(found), desk)
    waiting = {w.flag.id: w.why for w in (*(i for i in found if isinstance(i, Waiting)), *held)}
    return Proposals(tuple(write(intent, desk) for intent in letters), waiting)


def _intents(flags: Sequence[Flag], desk: Desk) -> list[Intent | Waiting]:
    requests = desk.requests
    by_id = {r.id: r for r in requests}
    promised = {c.id: c for c in desk.commitments}
    returned = {f.request for f in flags if f.kind is FlagKind.NOT_DELIVERED}
    served: set[str] = set()
    found: list[Intent | Waiting | None] = []
    said: list[tuple[Flag, Commitment]] = []
    missed: list[Flag] = []
    for flag in flags:
        request = by_id.get(flag.request or "")
        commitment = promised.get(flag.commitment or "")
        if flag.kind is FlagKind.OVERDUE_REQUEST and flag.request in returned:
            continue  # it never arrived, so it is sent again and not chased
        if request and flag.kind in ABOUT_REQUESTS:
            found.append(for_request(flag, request, desk))
        elif commitment and flag.kind is FlagKind.OVERDUE_COMMITMENT:
            said.append((flag, commitment))
        elif flag.duty:
            found.append(for_duty(flag, desk))
        elif flag.kind in ABOUT_RESOLUTIONS:
            found.append(for_resolution(flag, desk))
        elif flag.kind is FlagKind.MISSED_SERVICE and (flag.case or flag.id) not in served:
            served.add(flag.case or flag.id)
            missed.append(flag)
    letters = [intent for intent in found if intent is not None]
    for flag, commitment in said:
        asking = same_matter(commitment, _written(letters), requests)
        if asking is not None:
            letters[letters.index(asking)] = with_promise(asking, flag, commitment, desk)
        elif intent := for_commitment(flag, commitment, requests, desk):
            letters.append(intent)
        elif held := put_off(commitment, [w for w in letters if isinstance(w, Waiting)], requests):
            letters.append(Waiting(flag, held.why))
    for flag in missed:
        asking = about_services(flag, _written(letters), requests) or same_promise(
            flag, _written(letters), desk
        )
        if asking is not None:
            letters[letters.index(asking)] = replace(asking, others=(*asking.others, flag))
        elif missing := for_missed(flag, requests, desk):
            letters.append(missing)
    return letters


def _written(found: Sequence[Intent | Waiting]) -> list[Intent]:
    return [intent for intent in found if isinstance(intent, Intent)]


def write(intent: Intent, desk: Desk) -> Draft:
    """The letter filled in and addressed; what it lacks is a blank, the recipient too."""
    draft = written(intent.letter, intent.facts, intent.to, intent.thread, intent.attempts, desk)
    return replace(
        draft,
        id=draft_id(intent.letter.name, intent.about, intent.attempts),
        case=intent.case,
        request=intent.request,
        requests=intent.requests or ((intent.request,) if intent.request else ()),
        flag=intent.flag.id,
        flags=(intent.flag.id, *(f.id for f in intent.others)),
        note=" ".join(filter(None, (intent.note, draft.note))),
    )


def written(
    letter: LetterTemplate,
    facts: Mapping[str, object],
    to: Sequence[str],
    thread: str,
    attempts: int,
    desk: Desk,
) -> Draft:
    """A letter without an id: text, people, place in the thread, blanks, and a note on what to look at."""
    to = tuple(to) or by_role(letter.to or (("case manager",) if letter.reply else ()), desk.family)[:1]
    wider = letter.name in load("letters")["copies"]["later"]
    wanted = letter.cc if attempts >= COPIES_FROM or not wider else ()
    cc = copies(wanted, to, desk.family)
    unknown = wider and bool(wanted) and not by_role(wanted, desk.family)
    position = thread_position(thread, desk.messages) if letter.reply and thread else None
    filled = {
        **facts,
        **({"reply_by": reply_by(letter.reply_within, desk)} if letter.reply_within else {}),
        "greeting": greeting([titled_name(a, desk.family, desk.messages) for a in to]) if to else None,
        "copied": [desk.person(email) for email in cc],
        "thread_subject": position.subject if position else None,
    }
    subject, body, blanks = _rendered(letter, filled)
    if not to:
        blanks = (TO_BLANK, *blanks)
    return Draft(
        id="",
        case=None,
        request=None,
        letter=letter.name,
        subject=without_names(subject, desk.family.children),
        to=to,
        cc=cc,
        body=body,
        in_reply_to=position.in_reply_to if position else "",
        references=position.references if position else (),
        blanks=blanks,
        note=_note(letter, wanted[0] if unknown else "", blanks),
    )


def draft_id(letter: str, about: str, attempts: int) -> str:
    """The same letter about the same thing after as many attempts has the same id."""
    return hashlib.sha256(f"{letter}\n{about}\n{attempts}".encode()).hexdigest()[:12]


def _rendered(letter: LetterTemplate, facts: Mapping[str, object]) -> tuple[str, str, tuple[Blank, ...]]:
    """The letter filled in; the built-in one where the parent's own fails with these facts."""
    try:
        return render(letter, facts)
    except TemplateError:
        if letter.built_in is None:
            raise
        return render(letter.built_in, facts)


def _note(letter: LetterTemplate, unknown_role: str, blanks: Sequence[Blank]) -> str:
    """The advice that comes with a letter, what it lacks, and whom to copy where nobody is known."""
    sentences = load("letters")["sentences"]
    told = [letter.advice]
    if letter.advice and blanks:
        told.append(sentences["note_missing"].format(missing="; ".join(b.question for b in blanks)))
    if unknown_role:
        told.append(sentences["note_copy"].format(role=unknown_role))
    return " ".join(filter(None, told))
