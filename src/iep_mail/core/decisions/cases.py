"""Cases as the parent arranged them: threads moved, cases merged, renamed, of another child.

A case is known by the thread that founded it: every id that a case ever had leads to the case that
holds that thread now, or to the one into which it was merged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from iep_mail.core.decisions.anchors import anchor_of, find_message
from iep_mail.core.decisions.kinds import Said, details
from iep_mail.core.decisions.learned import same_matter
from iep_mail.core.filing.cases import case_id, titled
from iep_mail.model import Case, Decision, Family, LogEntry, Message, Thread

NEW, NONE = "new", "none"
ABOUT_CASES = frozenset({Said.MOVE_THREAD, Said.SPLIT, Said.MERGE, Said.RENAME, Said.SET_CHILD})

BuildCases = Callable[[Sequence[Thread]], tuple[Case, ...]]


@dataclass(frozen=True, slots=True)
class Arranged:
    """The cases, why each thread lies where it does, and what each decision (by number) was about."""

    cases: tuple[Case, ...]
    because: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    followed: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    children: frozenset[str] = frozenset()  # cases whose child the parent set


def resolve_case(wanted: str, cases: Sequence[Case]) -> Case | None:
    """The case that an id means: its own, a former one, or that of a thread which it holds."""
    by_id = next((c for c in cases if c.id == wanted), None)
    merged = next((c for c in cases if wanted in c.former_ids), None)
    return by_id or merged or next((c for c in cases if wanted in map(case_id, c.threads)), None)


def on_present_cases(decided: Sequence[Decision], cases: Sequence[Case]) -> tuple[Decision, ...]:
    """The decisions, those about a case that was merged or has another id now as about the present one."""
    present = {c.id for c in cases}
    return tuple(
        replace(d, subject=case.id)
        if d.subject.startswith("c-")
        and d.subject not in present
        and (case := resolve_case(d.subject, cases))
        else d
        for d in decided
    )


def arrange_cases(
    cases: Sequence[Case],
    threads: Sequence[Thread],
    messages: Mapping[str, Message],
    decided: Sequence[Decision],
    split_off: Mapping[int, str],
    entries: Sequence[LogEntry],
    family: Family,
    build: BuildCases,
) -> Arranged:
    """`cases` with every standing decision carried out in its order, so that the last word counts.

    `split_off` names the threads that splits made; `build` computes the cases of a few threads by
    themselves. A decision whose case or thread no longer exists changes nothing.
    """
    shelf = _Shelf(cases, threads, messages)
    said = [d for d in decided if d.kind in ABOUT_CASES] + _of_entries(entries)
    for decision in sorted(said, key=lambda d: d.id):
        shelf.carry_out(decision, split_off)
    shelf.follow(family.own_addresses)
    taught = frozenset(filter(None, map(shelf.resolve, shelf.children)))
    return Arranged(shelf.finished(family, build), shelf.because, shelf.about, shelf.followed, taught)


def _of_entries(entries: Sequence[LogEntry]) -> list[Decision]:
    """An entry for which the parent named the case moves the thread that it began."""
    return [
        Decision(
            e.decision,
            e.entered_at,
            Said.MOVE_THREAD,
            "",
            json.dumps({"sha256": e.sha256, "case": e.case, "by_hand": True}),
        )
        for e in entries
        if e.case and not e.answers
    ]


class _Shelf:
    """Which thread lies in which case, while the decisions are carried out one after another."""

    def __init__(
        self, cases: Sequence[Case], threads: Sequence[Thread], messages: Mapping[str, Message]
    ) -> None:
        self.cases = {c.id: c for c in cases}
        self.threads = {t.id: t for t in threads}
        self.messages = messages
        self.home: dict[str, str | None] = {t.id: None for t in threads}
        self.home.update({t: c.id for c in cases for t in c.threads if t in self.home})
        self.merged: dict[str, str] = {}
        self.titles: dict[str, str] = {}
        self.children: dict[str, str] = {}
        self.examples: dict[str, Decision] = {}  # threads that were moved, for like ones
        self.because: dict[str, str] = {}
        self.about: dict[int, tuple[str, ...]] = {}
        self.followed: dict[int, tuple[str, ...]] = {}

    def carry_out(self, decision: Decision, split_off: Mapping[int, str]) -> None:
        if decision.kind in (Said.MOVE_THREAD, Said.SPLIT):
            self._move(decision, split_off)
        elif decision.kind == Said.MERGE:
            self._merge(decision)
        elif case := self.resolve(decision.subject):
            given = str(details(decision).get("title") or details(decision).get("child") or "")
            (self.titles if decision.kind == Said.RENAME else self.children)[case] = given
            self.about[decision.id] = (case,)

    def resolve(self, wanted: str) -> str | None:
        seen = set()
        while wanted in self.merged and wanted not in seen:
            seen.add(wanted)
            wanted = self.merged[wanted]
        if wanted in self.home.values():
            return wanted
        founded = (home for thread, home in self.home.items() if home and case_id(thread) == wanted)
        return next(founded, None)

    def _move(self, decision: Decision, split_off: Mapping[int, str]) -> None:
        thread = split_off.get(decision.id) if decision.kind == Said.SPLIT else self._thread_of(decision)
        if thread is None:
            return
        said = details(decision)
        wanted = str(said.get("case") or NEW)
        if wanted == NONE:
            home = None
        elif wanted == NEW:
            home = _new_case(thread)
            if said.get("title"):
                self.titles[home] = str(said["title"])
        else:
            home = self.resolve(wanted)
            if home is None:
                return
        self.home[thread] = home
        self.about[decision.id] = (thread, *((home,) if home else ()))
        self.because[thread] = _told(decision, self.threads[thread].subject)
        if said.get("by_hand"):
            self.examples.pop(thread, None)
        else:
            self.examples[thread] = decision

    def _thread_of(self, decision: Decision) -> str | None:
        message = find_message(anchor_of(decision), self.messages.values())
        held = (t.id for t in self.threads.values() if message and message.sha256 in t.messages)
        return next(held, None)

    def _merge(self, decision: Decision) -> None:
        source = self.resolve(decision.subject)
        target = self.resolve(str(details(decision).get("into") or ""))
        if source is None or target is None or source == target:
            return
        for thread, home in self.home.items():
            if home == source:
                self.home[thread] = target
                self.because.setdefault(thread, _told(decision, ""))
        self.merged[source] = target
        self.about[decision.id] = (source, target)

    def follow(self, own: frozenset[str]) -> None:
        """Puts threads that began after one which was moved, and are like it, where it lies."""
        explicit = {i for about in self.about.values() for i in about}
        examples = sorted(self.examples.items(), key=lambda item: -item[1].id)
        for thread in self.threads.values():
            if thread.id in explicit:
                continue
            mail = self._mail(thread.id)
            for example, decision in examples:
                before = self._mail(example)
                why = same_matter(before, mail, own) if before[0].date < mail[0].date else ""
                if why:
                    self.home[thread.id] = self.home[example]
                    told = _told(decision, self.threads[example].subject)
                    self.because[thread.id] = f"{told} This thread is like it: {why}."
                    self.followed[decision.id] = (*self.followed.get(decision.id, ()), *thread.messages)
                    break

    def _mail(self, thread: str) -> list[Message]:
        return [self.messages[s] for s in self.threads[thread].messages]

    def finished(self, family: Family, build: BuildCases) -> tuple[Case, ...]:
        held: dict[str, list[Thread]] = {}
        for thread in self.threads.values():
            if home := self.home[thread.id]:
                held.setdefault(home, []).append(thread)
        cases = [self._case(case, mine, family, build) for case, mine in held.items()]
        return tuple(sorted(cases, key=lambda c: (str(c.opened_on), c.id)))

    def _case(self, case: str, threads: Sequence[Thread], family: Family, build: BuildCases) -> Case:
        known = self.cases.get(case) or _fresh(case, threads, build)
        child = self.children.get(case)
        title = titled(known.title, child, family) if child else known.title
        return replace(
            known,
            title=self.titles.get(case) or title,
            child=child or known.child,
            threads=tuple(t.id for t in threads),
            opened_on=min(self.messages[t.messages[0]].date for t in threads).date(),
            former_ids=tuple(sorted(old for old in self.merged if self.resolve(old) == case)),
        )


def _fresh(case: str, threads: Sequence[Thread], build: BuildCases) -> Case:
    """A new case with the title that its threads would have by themselves."""
    found = build(threads)
    if found:
        return replace(found[0], id=case)
    return Case(id=case, title=threads[0].subject or "Another matter", topic="", child=None, threads=())


def _new_case(thread: str) -> str:
    return "c-" + hashlib.sha256(f"new\0{thread}".encode()).hexdigest()[:12]


def _told(decision: Decision, subject: str) -> str:
    when = f"On {decision.at:%B} {decision.at.day}, {decision.at.year} you"
    number = f"(decision {decision.id})"
    if decision.kind == Said.MERGE:
        return f"{when} put two cases together {number}."
    if details(decision).get("by_hand"):
        return f"{when} wrote it down for this case {number}."
    what = "split off" if decision.kind == Said.SPLIT else "moved"
    where = {NONE: " to no case", NEW: " into a case of its own"}.get(
        str(details(decision).get("case") or NEW), " here"
    )
    return f"{when} {what} the thread “{subject}”{where} {number}."
