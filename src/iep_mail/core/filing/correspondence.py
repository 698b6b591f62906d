"""The school's correspondence: every message with its thread, its case and its child."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from iep_mail.core.decisions.cases import Arranged, arrange_cases
from iep_mail.core.decisions.mail import MailWord
from iep_mail.core.decisions.threads import divided_threads
from iep_mail.core.filing.cases import build_cases
from iep_mail.core.filing.children import recognise_child
from iep_mail.core.filing.relevance import Sorted, direction_of, school_correspondence
from iep_mail.core.filing.threads import build_threads
from iep_mail.model import Case, Decision, Family, FiledMessage, LogEntry, Message, MessageKind, Thread


@dataclass(frozen=True, slots=True)
class FilingWord:
    """What the parent said about filing: decisions in effect, on messages, and entries by hand."""

    decided: tuple[Decision, ...] = ()
    mail: MailWord = field(default_factory=MailWord)
    entries: tuple[LogEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Filing:
    """Everything in its place, and what the parent's decisions did there, by their numbers."""

    messages: tuple[FiledMessage, ...]
    threads: tuple[Thread, ...]
    cases: tuple[Case, ...]
    arranged: Arranged


def file_messages(
    messages: Sequence[Message], family: Family, word: FilingWord | None = None
) -> tuple[tuple[FiledMessage, ...], tuple[Thread, ...], tuple[Case, ...]]:
    """Messages in time order (date, then hash), their threads and cases; other mail is left out.

    Days are the family's time zone's. A message that names no child follows its case.
    """
    filing = arrange(messages, family, word or FilingWord())
    return filing.messages, filing.threads, filing.cases


def arrange(messages: Sequence[Message], family: Family, word: FilingWord) -> Filing:
    """As `file_messages`, with the parent's word carried out, and what came of it."""
    sorted_out = _sorted_out(messages, family, word.mail)
    by_sha = {m.sha256: m for m, _, _ in sorted_out}
    threads, split_off = divided_threads(build_threads(list(by_sha.values())), by_sha, word.decided)

    def build(some: Sequence[Thread]) -> tuple[Case, ...]:
        return build_cases(some, sorted_out, family)

    arranged = arrange_cases(
        build(threads), threads, by_sha, word.decided, split_off, word.entries, family, build
    )
    cases = _opened(arranged.cases, threads, by_sha, ZoneInfo(family.timezone))
    filed = _filed(sorted_out, threads, cases, family, word, arranged)
    return Filing(filed, threads, cases, arranged)


def _sorted_out(messages: Sequence[Message], family: Family, word: MailWord) -> tuple[Sorted, ...]:
    """The school's messages in time order, with direction and kind as the parent left them."""
    arrived = [m for m in messages if not m.by_hand and m.sha256 not in word.left_out]
    found = {m.sha256: (m, way, kind) for m, way, kind in school_correspondence(arrived, family)}
    for message in messages:
        if message.by_hand:
            found[message.sha256] = (message, message.by_hand.direction, MessageKind.PERSONAL)
        elif message.sha256 in word.taken_in and message.sha256 not in found:
            found[message.sha256] = (message, direction_of(message, family), message.kind)
    read = [
        (replace(m, kind=word.kinds[s]), way, word.kinds[s]) if s in word.kinds else (m, way, kind)
        for s, (m, way, kind) in found.items()
    ]
    return tuple(sorted(read, key=lambda one: (one[0].date, one[0].sha256)))


def _opened(
    cases: Sequence[Case], threads: Sequence[Thread], by_sha: dict[str, Message], zone: ZoneInfo
) -> tuple[Case, ...]:
    first = {t.id: by_sha[t.messages[0]].date for t in threads}
    return tuple(
        replace(c, opened_on=min(first[t] for t in c.threads).astimezone(zone).date()) for c in cases
    )


def _filed(
    sorted_out: Sequence[Sorted],
    threads: Sequence[Thread],
    cases: Sequence[Case],
    family: Family,
    word: FilingWord,
    arranged: Arranged,
) -> tuple[FiledMessage, ...]:
    zone = ZoneInfo(family.timezone)
    thread_of = {sha: t.id for t in threads for sha in t.messages}
    case_of = {thread: c for c in cases for thread in c.threads}
    children = {e.sha256: e.child for e in word.entries if e.child}
    filed = []
    for message, direction, kind in sorted_out:
        thread = thread_of[message.sha256]
        case = case_of.get(thread)
        named = children.get(message.sha256) or recognise_child(
            f"{message.subject}\n{message.new_text}", family
        )
        if case and case.id in arranged.children:
            named = case.child
        told = (*word.mail.because.get(message.sha256, ()), arranged.because.get(thread, ""))
        filed.append(
            FiledMessage(
                message=message,
                direction=direction,
                kind=kind,
                sent_on=message.date.astimezone(zone).date(),
                thread=thread,
                case=case.id if case else None,
                child=named or (case.child if case else None),
                because=tuple(filter(None, told)),
            )
        )
    return tuple(filed)
