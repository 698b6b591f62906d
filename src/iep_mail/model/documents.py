"""A plan document that is read for its facts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a page, in points from its upper left corner."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A printed line, horizontal or vertical, in points from the page's upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One page: words with their places, or, where the document keeps them, rows of cells."""

    number: int | None  # as it is counted in the file; None where the document has no pages
    words: tuple[Word, ...] = ()
    rules: tuple[Rule, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    image: bool = False  # a picture of text: nothing of it can be read


@dataclass(frozen=True, slots=True)
class PlanDocument:
    name: str
    pages: tuple[DocumentPage, ...]
    notes: tuple[str, ...] = ()  # what the parent should know about how it was read
