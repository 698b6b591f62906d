"""Messages joined into threads: by reply headers, and more weakly by subject, people and time."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from iep_mail.model import Message, MessageKind, Thread

WEAK_JOIN_DAYS = 60
_AGAIN_DAYS = 3  # within which what came back is sent again
_SHORTEST = 4  # letters of a subject that a longer one may go on from

_REPLY_WORD = r"re|r|aw|fwd?|fw|wg|sv|vs|tr|rv|res|enc|antw|odp|ref|doorst|vl"
_AUTO_WORD = (
    r"auto(?:matic)?[ -]?(?:reply|response)|autoreply|auto|out of (?:the )?office(?: reply)?|away from (?:my )?mail"
    r"|abwesend|abwesenheitsnotiz|respuesta autom[aá]tica|r[ée]ponse automatique"
    r"|undeliverable|undelivered mail|returned mail|delivery failure|failure notice|delivery delayed|not read|read"
    r"|accepted|declined|tentative|cancell?ed(?: event)?|updated invitation"
)
_REPLY = re.compile(rf"^(?:{_REPLY_WORD})\s*(?:[\[(]\d+[\])]|\^\d+)?\s*[:：]\s*", re.I)
_AUTO = re.compile(rf"^(?:{_AUTO_WORD})\s*[:：]\s*", re.I)
_INVITATION = re.compile(r"^invitation\s*:\s*", re.I)
_WHEN = re.compile(r"\s@\s(?:mon|tue|wed|thu|fri|sat|sun)\b.*$", re.I)
_TAG = re.compile(
    r"^(?:\[[^\]\n]{1,40}\]|\((?:external|ext|secure)\)|\*{1,3}\s*external\s*\*{1,3}|external(?: e-?mail)?\s*:)\s*",
    re.I,
)
_TICKET = re.compile(
    r"\s*[\[(](?:(?:ticket|case|request|ref|id)\b[\s:.]*)?#?\s*:?[\w-]*\d{3,}[\])]\s*"
    r"|\s*\b(?:ticket|case|request)\s*(?:id\s*)?#\s*[\w-]*\d+\s*[-:]?\s*",
    re.I,
)
_WAS = re.compile(r"\s*[\[(]was\s*:\s*(.+?)[\])]\s*$", re.I)

_INITIALS = re.compile(r"([a-z]{2,4})(?:['’]s)?[:,]?$")

Key = tuple[str, str]


@lru_cache(maxsize=50_000)
def base_subject(subject: str) -> str:
    """The subject without reply and forward marks, [EXTERNAL] tags, ticket numbers; case folded."""
    return " ".join(_strip(subject)[0].split()).casefold()


def plain_subject(subject: str) -> str:
    """The subject as it is shown: without reply and forward marks, tags and ticket numbers."""
    return _strip(subject)[0] or subject.strip()


def build_threads(messages: Sequence[Message]) -> tuple[Thread, ...]:
    """Threads in time order of their first message, messages in time order; input order is nothing.

    A message and what it refers to are one thread where the base subject agrees (RFC 5256 idea, with
    the subject as a guard): another subject under old headers is a new thread. A reply that lost its
    headers joins the latest earlier message of that subject which shares two people or domains, at
    most 60 days before.
    """
    ordered = sorted(messages, key=lambda m: (m.date, m.sha256))
    joined = _Sets()
    linked = _join_by_headers(ordered, joined)
    _join_by_subject(ordered, linked, joined)
    _join_sent_again(ordered, joined)
    groups: defaultdict[Key, list[Message]] = defaultdict(list)
    for message in ordered:
        groups[joined.root(_node(message))].append(message)
    return tuple(_thread(group) for group in sorted(groups.values(), key=lambda g: (g[0].date, g[0].sha256)))


class _Sets:
    """Disjoint sets; the smaller key is the root, so the result does not depend on the order."""

    def __init__(self) -> None:
        self._parent: dict[Key, Key] = {}

    def root(self, key: Key) -> Key:
        while (parent := self._parent.get(key, key)) != key:
            self._parent[key] = self._parent.get(parent, parent)
            key = parent
        return key

    def join(self, one: Key, other: Key) -> None:
        small, large = sorted((self.root(one), self.root(other)))
        self._parent[large] = small


def _strip(subject: str) -> tuple[str, bool, str]:
    """The subject without marks, whether a reply mark was there, and the "(was: …)" subject."""
    text = " ".join(subject.split())
    reply = False
    while True:
        shorter = _TAG.sub("", text, count=1)
        for mark in (_REPLY, _AUTO):
            without = mark.sub("", shorter, count=1)
            reply = reply or without != shorter
            shorter = without
        shorter = _INVITATION.sub("", shorter, count=1)
        if shorter == text or not shorter:
            break
        text = shorter
    was = _WAS.search(text)
    if was:
        text = text[: was.start()]
    text = _WHEN.sub("", text)
    return _TICKET.sub(" ", text).strip() or text, reply, was[1] if was else ""


def _bases(message: Message) -> tuple[str, ...]:
    """The base subjects under which a message may continue another: its own, "(was: …)", Thread-Topic."""
    was = _strip(message.subject)[2]
    found = (base_subject(message.subject), base_subject(was), base_subject(message.thread_topic))
    return tuple(dict.fromkeys(b for i, b in enumerate(found) if b or i == 0))


def is_reply(message: Message) -> bool:
    """Whether the subject is marked as an answer, or says under what subject it was before."""
    _, reply, was = _strip(message.subject)
    own, topic = base_subject(message.subject), base_subject(message.thread_topic)
    return reply or bool(was) or bool(topic and topic != own)


def _node(message: Message) -> Key:
    return ("message", message.sha256)


def references(message: Message) -> tuple[str, ...]:
    """The Message-IDs that a message refers to, those of a returned message too; unlike its own."""
    every = (*message.references, *message.in_reply_to, message.returned_id)
    return tuple(dict.fromkeys(r for r in every if len(r) > 4 and r[0] == "<" and r != message.message_id))


def _same_subject(one: str, other: str) -> bool:
    if one == other or not one or not other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) >= _SHORTEST and re.match(rf"{re.escape(short)}(?!\w)", long):
        return True  # "fridays" and "fridays - three sessions"
    return _names_to_initials(one, other) or _names_to_initials(other, one)


def _names_to_initials(full: str, short: str) -> bool:
    """Whether `short` is `full` with a name of one to three words put as its initials ("nh: speech")."""
    words, others = full.split(), short.split()
    start = next((i for i, (a, b) in enumerate(zip(words, others, strict=False)) if a != b), len(others))
    if start >= len(others) or start >= len(words):
        return False
    initials = _INITIALS.match(others[start])
    for length in (1, 2, 3) if initials else ():
        name = words[start : start + length]
        rest = words[start + length :]
        same_rest = rest == others[start + 1 :][: len(rest) or None]
        if initials and same_rest and _stands_for(initials[1], name):
            return True
    return False


def _stands_for(initials: str, name: Sequence[str]) -> bool:
    letters = "".join(word[0] for word in name)
    return letters == initials if len(name) > 1 else initials.startswith(letters)


def _join_by_headers(ordered: Iterable[Message], joined: _Sets) -> set[str]:
    """Joins what the headers tie together; returns the messages whose parent was found."""
    known: defaultdict[str, list[Message]] = defaultdict(list)
    everything = list(ordered)
    for message in everything:
        if message.message_id:
            known[message.message_id].append(message)
    linked: set[str] = set()
    for message in everything:
        automatic = message.kind in (MessageKind.AUTO_REPLY, MessageKind.BOUNCE)
        base = base_subject(message.subject)
        if message.message_id:
            joined.join(_node(message), (message.message_id, base))
        for reference in references(message):
            joined.join(_node(message), (reference, base))
            for target in known.get(reference, []):
                near = any(_same_subject(b, base_subject(target.subject)) for b in _bases(message))
                if near or automatic:
                    joined.join(_node(message), _node(target))
                    linked.add(message.sha256)
    return linked


def _join_by_subject(ordered: Sequence[Message], linked: set[str], joined: _Sets) -> None:
    earlier: defaultdict[str, list[Message]] = defaultdict(list)
    for message in ordered:
        if message.sha256 not in linked and is_reply(message):
            target = next((m for b in _bases(message) if b for m in _candidates(message, earlier[b])), None)
            if target is not None:
                joined.join(_node(message), _node(target))
        for base in _bases(message):
            earlier[base].append(message)


def _join_sent_again(ordered: Sequence[Message], joined: _Sets) -> None:
    """What came back undelivered and was sent once more under the same subject is one thread."""
    failed: defaultdict[str, list[datetime]] = defaultdict(list)
    for message in ordered:
        for address in message.failed_recipients:
            failed[address.lower()].append(message.date)
    if not failed:
        return
    before: dict[tuple[str, str], Message] = {}
    for message in ordered:
        key = (message.sender.email.lower(), base_subject(message.subject))
        first = before.get(key)
        if first is not None and _came_back(first, message, failed):
            joined.join(_node(message), _node(first))
        if message.kind is MessageKind.PERSONAL and key[1]:
            before[key] = message


def _came_back(first: Message, again: Message, failed: Mapping[str, Sequence[datetime]]) -> bool:
    within = timedelta(days=_AGAIN_DAYS)
    returned = (day for a in first.recipients for day in failed.get(a.email.lower(), ()))
    return again.date - first.date <= within and any(first.date <= day <= again.date for day in returned)


def _candidates(message: Message, earlier: Sequence[Message]) -> Iterable[Message]:
    oldest = message.date - timedelta(days=WEAK_JOIN_DAYS)
    return (m for m in reversed(earlier) if m.date >= oldest and _share_people(message, m))


def _people(message: Message) -> set[str]:
    people = {a.email.lower() for a in (message.sender, *message.recipients) if a.email}
    return people | {e.lower() for e in message.failed_recipients}


def _share_people(one: Message, other: Message) -> bool:
    mine, theirs = _people(one), _people(other)
    shared = mine & theirs
    domains = {e.rpartition("@")[2] for e in mine - shared} & {e.rpartition("@")[2] for e in theirs - shared}
    return len(shared) + len(domains) >= 2


def _thread(group: Sequence[Message]) -> Thread:
    root = group[0]
    before = [r for r in (*root.references, *root.in_reply_to) if len(r) > 4 and r[0] == "<"]
    base = base_subject(root.subject)
    follows = bool(before) and (is_reply(root) or not base)
    identity = before[0] if follows else root.message_id or root.sha256
    digest = hashlib.sha256(f"{identity}\0{base}".encode("utf-8", "replace")).hexdigest()
    subject = plain_subject(root.subject)
    return Thread(id=f"t-{digest[:12]}", subject=subject, messages=tuple(m.sha256 for m in group))
