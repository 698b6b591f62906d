"""Threads that turn to another matter: where, and why. A suggestion; only the parent divides one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from iep_mail.core.decisions.anchors import anchor_of
from iep_mail.core.decisions.kinds import Said
from iep_mail.core.filing.children import recognise_child
from iep_mail.core.filing.correspondence import Filing
from iep_mail.core.filing.matter import read_matter
from iep_mail.core.filing.topics import general_topics, topic_of
from iep_mail.data import load
from iep_mail.model import Case, Decision, Family, FiledMessage, MessageKind, SplitSuggestion

SURELY = 3.0  # the weight of the new matter: an answer that brushes another service is no turn
CLEARLY = 2.0  # how many times stronger than the old matter the new one must be from there on


def suggest_splits(
    filing: Filing, family: Family, decided: Sequence[Decision]
) -> tuple[SplitSuggestion, ...]:
    """At most one place in each thread of a case, unless the parent said to keep it together."""
    by_sha = {m.message.sha256: m for m in filing.messages}
    kept = {
        thread.id
        for d in decided
        if d.kind == Said.KEEP_TOGETHER
        for thread in filing.threads
        if any(anchor_of(d).on(s, by_sha[s].message.message_id) for s in thread.messages)
    }
    case_of = {t: c for c in filing.cases for t in c.threads}
    found = []
    for thread in filing.threads:
        case = case_of.get(thread.id)
        if case is None or thread.id in kept:
            continue
        written = [m for s in thread.messages if (m := by_sha[s]).kind is MessageKind.PERSONAL]
        turn = _turn(written, case, family)
        if turn:
            found.append(SplitSuggestion(thread.id, turn[0].message.sha256, case.id, turn[1]))
    return tuple(found)


def _turn(written: Sequence[FiledMessage], case: Case, family: Family) -> tuple[FiledMessage, str] | None:
    """The first message from which on the thread is about something else, and the reason."""
    for index in range(1, len(written)):
        before, after = written[:index], written[index:]
        reason = _other_child(before, after, family) or _other_topic(before, after, case)
        if reason:
            return written[index], reason
    return None


def _other_child(before: Sequence[FiledMessage], after: Sequence[FiledMessage], family: Family) -> str:
    if len(family.children) < 2:
        return ""
    old, new = (
        recognise_child("\n".join(m.message.new_text for m in part), family) for part in (before, after)
    )
    opens = recognise_child(after[0].message.new_text, family)
    if old and new and old != new and opens == new:
        return f"From this message on it is about {new.split()[0]}, before it was about {old.split()[0]}."
    return ""


def _other_topic(before: Sequence[FiledMessage], after: Sequence[FiledMessage], case: Case) -> str:
    old, new, opening = (_scores(part) for part in (before, after, after[:1]))
    was, becomes = _strongest(old), _strongest(new)
    if was is None or becomes is None or becomes == was or becomes == case.topic:
        return ""
    turned = new[becomes] >= SURELY and new[becomes] >= CLEARLY * new.get(was, 0.0)
    settled_before = old[was] >= float(load("topics")["enough"]) and old[was] >= CLEARLY * old.get(
        becomes, 0.0
    )
    opens = _strongest(opening) == becomes
    if turned and settled_before and opens:
        return f"From this message on it speaks of {topic_of(becomes).title}, before it spoke of {topic_of(was).title}."
    return ""


def _scores(part: Sequence[FiledMessage]) -> Mapping[str, float]:
    scores = Counter[str]()
    for message in part:
        for topic, weight in read_matter(message.message).topics:
            if topic not in general_topics():
                scores[topic] += weight  # type: ignore[assignment]
    return scores


def _strongest(scores: Mapping[str, float]) -> str | None:
    return min(scores, key=lambda t: (-scores[t], t)) if scores else None
