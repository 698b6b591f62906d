"""The requests as reading goes on, with the open ones at hand where a message may be about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from iep_mail.model import Direction, FiledMessage, Request


class Own:
    """The parent's messages by their id and by their thread, each in time order."""

    def __init__(self, messages: Iterable[FiledMessage]) -> None:
        self._by_id: dict[str, list[FiledMessage]] = {}
        self._by_thread: dict[str, list[FiledMessage]] = {}
        for message in messages:
            if message.direction is Direction.TO_SCHOOL:
                self._by_thread.setdefault(message.thread, []).append(message)
                if message.message.message_id:
                    self._by_id.setdefault(message.message.message_id, []).append(message)

    def named(self, ids: Iterable[str]) -> list[FiledMessage]:
        return [m for i in dict.fromkeys(ids) for m in self._by_id.get(i, ())]

    def answered_by(self, reply: FiledMessage) -> str | None:
        """The message that a reply answers: the one it names, else the last one in its thread."""
        for found in (self.named(reply.message.in_reply_to), self._by_thread.get(reply.thread, [])):
            before = [m for m in found if m.message.date < reply.message.date]
            if before:
                return max(before, key=lambda m: (m.message.date, m.message.sha256)).message.sha256
        return None


class Standing:
    """Every request in the order in which it was asked."""

    def __init__(self, filed: Mapping[str, FiledMessage]) -> None:
        self._filed = filed
        self._all: dict[str, Request] = {}
        self._place: dict[str, int] = {}
        self._count = 0
        self._of_message: dict[str, list[str]] = {}
        self._open_at: dict[str, dict[str, None]] = {}  # by case, thread, message and month

    def all(self) -> list[Request]:
        return list(self._all.values())

    def get(self, identity: str) -> Request | None:
        return self._all.get(identity)

    def before(self, changed: Iterable[Request]) -> list[Request]:
        """Those requests as they still stand."""
        return [self._all[r.id] for r in changed if r.id in self._all]

    def of_message(self, sha256: str) -> list[Request]:
        return [self._all[i] for i in self._of_message.get(sha256, ())]

    def open(self) -> list[Request]:
        found = self._open_at.get(_ANYWHERE, ())
        return [self._all[i] for i in sorted(found, key=self._place.__getitem__)]

    def near(self, message: FiledMessage, asking: Iterable[str] = (), days: int = 0) -> list[Request]:
        """The open ones of its case and thread, those that the messages `asking` asked or reminded of,
        and those asked in the last `days` (and some before)."""
        places = [_thread(message.thread), *map(_message, asking)]
        places += [_case(message.case)] if message.case else []
        places += (
            [_month(message.sent_on - timedelta(days=n)) for n in range(0, days + 28, 28)] if days else []
        )
        found = {i for place in places for i in self._open_at.get(place, ())}
        return [self._all[i] for i in sorted(found, key=self._place.__getitem__)]

    def put(self, request: Request) -> None:
        """A new request, or one that has changed, in its place."""
        if request.id not in self._all:
            self._count += 1
            self._place[request.id] = self._count
            self._of_message.setdefault(request.sha256, []).append(request.id)
        self._all[request.id] = request
        for place in self._places(request):
            if request.status.settled:
                self._open_at.get(place, {}).pop(request.id, None)
            else:
                self._open_at.setdefault(place, {})[request.id] = None

    def put_all(self, requests: Iterable[Request]) -> None:
        for request in requests:
            if self._all.get(request.id) is not request:
                self.put(request)

    def drop(self, identities: Iterable[str]) -> None:
        """Takes requests out, to be put anew at the end."""
        for identity in identities:
            request = self._all.pop(identity, None)
            if request:
                self._of_message[request.sha256].remove(identity)
                del self._place[identity]
                for place in self._places(request):
                    self._open_at.get(place, {}).pop(identity, None)

    def _places(self, request: Request) -> Iterable[str]:
        asking = (request.sha256, *request.follow_ups)
        yield from (_ANYWHERE, _case(request.case), _thread(request.thread), _month(request.asked_on))
        for sha256 in asking:
            yield _message(sha256)
            yield _thread(self._filed[sha256].thread)


_ANYWHERE = "anywhere"


def _case(case: str | None) -> str:
    return f"case {case}"


def _thread(thread: str) -> str:
    return f"thread {thread}"


def _message(sha256: str) -> str:
    return f"message {sha256}"


def _month(day: date) -> str:
    return f"month {day.year} {day.month}"
