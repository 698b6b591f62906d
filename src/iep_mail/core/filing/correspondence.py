"""The school's correspondence: every message with its thread, its case and its child."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from iep_mail.core.filing.cases import build_cases, recognise_child
from iep_mail.core.filing.relevance import school_correspondence
from iep_mail.core.filing.threads import build_threads
from iep_mail.model import Case, Family, FiledMessage, Message, Thread


def file_messages(
    messages: Sequence[Message], family: Family
) -> tuple[tuple[FiledMessage, ...], tuple[Thread, ...], tuple[Case, ...]]:
    """Messages in time order (date, then hash), their threads and cases; other mail is left out.

    Days are the family's time zone's. A message that names no child follows its case.
    """
    zone = ZoneInfo(family.timezone)
    sorted_out = school_correspondence(messages, family)
    threads = build_threads([m for m, _, _ in sorted_out])
    by_sha = {m.sha256: m for m, _, _ in sorted_out}
    cases = tuple(
        replace(
            c,
            opened_on=min(by_sha[s].date for t in threads if t.id in c.threads for s in t.messages)
            .astimezone(zone)
            .date(),
        )
        for c in build_cases(threads, sorted_out, family)
    )
    thread_of = {sha: t.id for t in threads for sha in t.messages}
    case_of = {thread: c for c in cases for thread in c.threads}
    filed = []
    for message, direction, kind in sorted_out:
        case = case_of.get(thread_of[message.sha256])
        child = recognise_child(f"{message.subject}\n{message.new_text}", family)
        filed.append(
            FiledMessage(
                message=message,
                direction=direction,
                kind=kind,
                sent_on=message.date.astimezone(zone).date(),
                thread=thread_of[message.sha256],
                case=case.id if case else None,
                child=child or (case.child if case else None),
            )
        )
    return tuple(filed), threads, cases
