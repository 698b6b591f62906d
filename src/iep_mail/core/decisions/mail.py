"""The parent's word on single messages: what kind of mail it is, and whether it is the school's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from iep_mail.core.decisions.anchors import anchor_of, find_message
from iep_mail.core.decisions.kinds import Said, details
from iep_mail.core.decisions.learned import Example, like_mail
from iep_mail.model import Contact, Decision, Family, Message, MessageKind

_KINDS = frozenset({Said.MESSAGE_KIND})
_SCHOOL = frozenset({Said.NOT_SCHOOL, Said.IS_SCHOOL})


@dataclass(frozen=True, slots=True)
class MailWord:
    """What the parent's decisions say of messages, by hash. `because` has sentences for each message
    that is read otherwise for it; `about` and `followed` name the message itself and the like mail, by
    the number of the decision."""

    kinds: dict[str, MessageKind] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    taken_in: frozenset[str] = frozenset()
    because: dict[str, tuple[str, ...]] = field(default_factory=dict)
    about: dict[int, str] = field(default_factory=dict)
    followed: dict[int, tuple[str, ...]] = field(default_factory=dict)


def mail_word(messages: Sequence[Message], decided: Sequence[Decision], family: Family) -> MailWord:
    """What `decided` (standing, in their order) says of `messages`: first of like mail, then of each
    message itself; the last word counts. The order of `messages` does not matter."""
    kinds = _judged(messages, decided, _KINDS, family)
    school = _judged(messages, decided, _SCHOOL, family)
    judged = (*kinds.values(), *school.values())
    followed: dict[int, list[str]] = {}
    for one in judged:
        if one.why:
            followed.setdefault(one.decision.id, []).append(one.sha256)
    return MailWord(
        kinds={s: one.example.kind for s, one in kinds.items() if one.example.kind},
        left_out=frozenset(s for s, one in school.items() if one.decision.kind == Said.NOT_SCHOOL),
        taken_in=frozenset(s for s, one in school.items() if one.decision.kind == Said.IS_SCHOOL),
        because={s: tuple(_because(o) for o in judged if o.sha256 == s) for s in {o.sha256 for o in judged}},
        about={
            d.id: m.sha256
            for d in decided
            if d.kind in _KINDS | _SCHOOL and (m := find_message(anchor_of(d), messages))
        },
        followed={number: tuple(sorted(shas)) for number, shas in followed.items()},
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was decided of a message; `why` it is like the example, "" where it is the example."""

    sha256: str
    decision: Decision
    example: Example
    why: str = ""


def _judged(
    messages: Sequence[Message], decided: Sequence[Decision], kinds: frozenset[Said], family: Family
) -> dict[str, _Judged]:
    alike: dict[str, _Judged] = {}
    own: dict[str, _Judged] = {}
    for decision in decided:
        message = find_message(anchor_of(decision), messages) if decision.kind in kinds else None
        example = _example(decision, message) if message else None
        if example is None:
            continue
        own[example.message.sha256] = _Judged(example.message.sha256, decision, example)
        if decision.kind != Said.IS_SCHOOL:
            found = like_mail(example, messages, family.own_addresses)
            alike.update({s: _Judged(s, decision, example, why) for s, why in found.items()})
    return alike | own


def _example(decision: Decision, message: Message) -> Example | None:
    if decision.kind != Said.MESSAGE_KIND:
        return Example(decision.id, message)
    kind = details(decision).get("kind")
    return Example(decision.id, message, MessageKind(kind)) if kind in set(MessageKind) else None


def _because(one: _Judged) -> str:
    decision, example = one.decision, one.example
    what = {
        Said.NOT_SCHOOL: "is not the school's mail",
        Said.IS_SCHOOL: "is the school's mail",
    }.get(Said(decision.kind), f"is {kind_words(example.kind)}")
    when = f"{decision.at:%B} {decision.at.day}, {decision.at.year}"
    if not one.why:
        return f"On {when} you said that it {what} (decision {decision.id})."
    return (
        f"On {when} you said that “{example.message.subject}” {what}, and this is like it: {one.why} "
        f"(decision {decision.id})."
    )


def kind_words(kind: MessageKind | None) -> str:
    """What a kind of message is, for a sentence: "an automatic reply"."""
    return {
        MessageKind.PERSONAL: "written by a person",
        MessageKind.AUTO_REPLY: "an automatic reply",
        MessageKind.BOUNCE: "returned mail",
        MessageKind.PORTAL_NOTICE: "a mass notice",
        MessageKind.CALENDAR: "a calendar invitation",
        MessageKind.BULK: "a newsletter",
    }.get(kind or MessageKind.PERSONAL, str(kind))


def taught_family(family: Family, messages: Sequence[Message], word: MailWord) -> Family:
    """The family with the people whose mail the parent called the school's among its contacts.

    So their later mail is fetched and filed, and what is asked of them is asked of the school.
    """
    added: dict[str, Contact] = {}
    for message in messages:
        if message.sha256 not in word.taken_in:
            continue
        own = family.is_own(message.sender.email)
        for person in message.to if own else (message.sender,):
            if person.email and not family.is_own(person.email) and not family.contact(person.email):
                added.setdefault(person.email.lower(), Contact(person.email.lower(), person.name))
    if not added:
        return family
    contacts = (*family.school.contacts, *(added[email] for email in sorted(added)))
    return replace(family, school=replace(family.school, contacts=contacts))
