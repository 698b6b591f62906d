"""Which folder of the mailbox each case has, and what has to be done for its messages to lie in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from iep_mail.model import Case

# What some server gives a meaning of its own: separators, wildcards, quotes, and a first tilde.
_SPECIAL = re.compile(r"[/\\.%*\"~&#^|\x00-\x1f\x7f]+")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class FolderPlan:
    """What brings the folders in order; names are below IEP. Renames come first, then moves, then
    copies; `left` are folders of ours that no case has any more, to be removed if they are empty."""

    renames: tuple[tuple[str, str], ...]
    moves: Mapping[tuple[str, str], tuple[str, ...]]  # (from, to) → messages
    copies: Mapping[str, tuple[str, ...]]  # to → messages
    left: tuple[str, ...]


def folder_names(cases: Sequence[Case]) -> dict[str, str]:
    """Case id → the name of its folder: the title, with the year or the id where titles repeat."""
    titles = {case.id: _safe(case.title) or case.id for case in cases}
    repeated = {t for t, n in Counter(t.casefold() for t in titles.values()).items() if n > 1}
    dated = {
        case.id: f"{titles[case.id]} ({case.opened_on.year})"
        if case.opened_on and titles[case.id].casefold() in repeated
        else titles[case.id]
        for case in cases
    }
    again = {t for t, n in Counter(t.casefold() for t in dated.values()).items() if n > 1}
    return {
        case_id: f"{name} {case_id[-6:]}" if name.casefold() in again else name
        for case_id, name in dated.items()
    }


def _safe(title: str) -> str:
    return " ".join(_SPECIAL.sub(" ", title).split())[:_LONGEST].strip(" -")


def plan_folders(
    names: Mapping[str, str],
    wanted: Mapping[str, str],
    had: Mapping[str, str],
    filed: Mapping[str, str],
    existing: Collection[str],
) -> FolderPlan:
    """What to do. `names`: case → folder. `wanted`: message → case. `had`: case → the folder that it had.
    `filed`: message → the folder into which it was copied once. `existing`: the folders there are.

    A message that was copied is never copied again, wherever the parent has put the copy since.
    """
    renames = []
    there = set(existing)
    now = dict(had)  # case → the folder in which its copies lie
    for case, folder in names.items():
        old = had.get(case)
        shared = [c for c, name in now.items() if name == old]
        if old and old != folder and old in there and folder not in there and shared == [case]:
            renames.append((old, folder))
            there = there - {old} | {folder}
            now[case] = folder
    moved_to = dict(renames)
    moves: dict[tuple[str, str], list[str]] = {}
    copies: dict[str, list[str]] = {}
    for message, case in wanted.items():
        target = names[case]
        lies = filed.get(message)
        lies = moved_to.get(lies, lies) if lies else None
        if lies is None:
            copies.setdefault(target, []).append(message)
        elif lies != target:
            moves.setdefault((lies, target), []).append(message)
    used = set(names.values())
    left = sorted(set(now.values()) - used)
    return FolderPlan(
        tuple(renames),
        {pair: tuple(messages) for pair, messages in moves.items()},
        {folder: tuple(messages) for folder, messages in copies.items()},
        tuple(left),
    )
