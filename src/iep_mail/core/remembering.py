"""What pure functions found in a text, kept for the next time the same text is read.

Nothing that is kept here is a fact of its own: a function so marked answers the same for the same
arguments, with or without it. The cabinet is given from outside (`recalling`), so that core opens
nothing; without one, only the last answers are remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cached_property, lru_cache, update_wrapper
from hashlib import blake2b
from typing import Any, Generic, ParamSpec, TypeVar, get_type_hints

import msgspec

from iep_mail.model import SchoolCalendar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
Cabinet = MutableMapping[bytes, bytes]

_cabinet: ContextVar[Cabinet | None] = ContextVar("cabinet", default=None)
_marked: list[remembered[Any, Any]] = []
_AT_HAND = 1_000  # answers in memory, of each function; twice as many while they are turned over


@contextmanager
def recalling(cabinet: Cabinet) -> Iterator[None]:
    """Inside, marked functions answer from `cabinet` and put there what they had to work out."""
    before = _cabinet.set(cabinet)
    try:
        yield
    finally:
        _cabinet.reset(before)


def forget() -> None:
    """Lets go of every answer in memory."""
    for function in _marked:
        function.forget()


class remembered(Generic[Given, Answer]):  # noqa: N801 - a decorator
    """Marks a pure function of texts, days, names and the calendar. Its answer must be of frozen values
    that MessagePack can hold; arguments are given by position."""

    def __init__(self, function: Callable[Given, Answer]) -> None:
        self._function = function
        self._name = f"{function.__module__}.{function.__qualname__}"
        self._new: dict[bytes, Answer] = {}
        self._old: dict[bytes, Answer] = {}
        update_wrapper(self, function)
        _marked.append(self)

    def forget(self) -> None:
        self._new, self._old = {}, {}

    def __call__(self, *given: Given.args, **named: Given.kwargs) -> Answer:
        if named:
            return self._function(*given, **named)
        key = self._key(given)
        for at_hand in (self._new, self._old):
            if key in at_hand:
                return at_hand[key]
        answer = self._recalled(key, _cabinet.get(), given)
        if len(self._new) >= _AT_HAND:
            self._old, self._new = self._new, {}
        self._new[key] = answer
        return answer

    def _recalled(self, key: bytes, cabinet: Cabinet | None, given: tuple[Any, ...]) -> Answer:
        if cabinet is None:
            return self._function(*given)  # type: ignore[call-arg]
        kept = cabinet.get(key)
        if kept is not None:
            with suppress(msgspec.MsgspecError, ValueError):  # damaged: worked out anew
                return self._decode(kept)
        answer = self._function(*given)  # type: ignore[call-arg]
        with suppress(UnicodeEncodeError):  # half a character cannot be kept, only found again
            cabinet[key] = msgspec.msgpack.encode(answer)
        return answer

    @cached_property
    def _decode(self) -> Callable[[bytes], Answer]:
        decode: Callable[[bytes], Answer] = msgspec.msgpack.Decoder(
            get_type_hints(self._function)["return"]
        ).decode
        return decode

    def _key(self, given: tuple[Any, ...]) -> bytes:
        told = [self._name, *(calendar_mark(g) if isinstance(g, SchoolCalendar) else g for g in given)]
        return blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=16).digest()


@lru_cache(maxsize=8)
def calendar_mark(calendar: SchoolCalendar) -> bytes:
    """Another one for every other calendar."""
    told = sorted(calendar.closed.items()), calendar.first_day, calendar.last_day, calendar.period_ends
    return blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=16).digest()
