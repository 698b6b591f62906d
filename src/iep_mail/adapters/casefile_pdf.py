"""The case file as PDF/A, laid out by typst. Text comes to it as data and is never its markup."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from iep_mail.errors import IepMailError, UsageError

STANDARD: Literal["a-2a"] = (
    "a-2a"  # ISO 19005-2, level A: archivable, with the structure that screen readers need
)
_MOST_TRIES = 60
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\ufeff\ufe0e\ufe0f\ufffe\uffff]")
_TURNING = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PICTURES = re.compile(r"[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\ue000-\uf8ff\U0001f000-\U000fffff]")
_ESCAPED = re.compile(r"\\u\{([0-9a-f]{1,6})\}")
_NOT_SHOWN = re.compile(r'the text `"(.+?)"` could not be displayed', re.S)


class PdfError(IepMailError):
    """The PDF could not be laid out."""


def pdf_bytes(data: Mapping[str, Any], template: str, day: date) -> bytes:
    """The PDF of `data` by `template`; the same data give the same bytes.

    A letter that no font of this computer has is shown by its name in brackets. Raises UsageError where
    typst is not installed, PdfError where the page cannot be laid out.
    """
    try:
        import typst
    except ImportError as error:
        raise UsageError(
            "The PDF of a case file needs one more package.",
            "Install it with: pip install 'iep-mail[evidence]'. Without it: --out FOLDER --no-pdf.",
        ) from error
    unknown: set[str] = set()
    for _ in range(_MOST_TRIES):
        values = json.dumps(_shown(data, unknown), ensure_ascii=False, sort_keys=True)
        try:
            made = typst.compile(
                template.encode(),
                format="pdf",
                sys_inputs={"data": values},
                pdf_standards=STANDARD,
                timestamp=_noon(day),
            )
        except typst.TypstError as error:
            letters = _not_shown(getattr(error, "diagnostic", None) or str(error)) - unknown
            if not letters:
                raise PdfError(
                    "The PDF could not be laid out.",
                    "Leave it out with --no-pdf, and report what --verbose says.",
                ) from error
            unknown |= letters
            continue
        if isinstance(made, bytes):
            return made
        break
    raise PdfError("The PDF could not be laid out.", "Leave it out with --no-pdf.")


def _not_shown(told: str) -> set[str]:
    """The letters that no font has, as typst tells of them: as they are, or as `\\u{bcd}`."""
    runs = _NOT_SHOWN.findall(told)
    return {letter for run in runs for letter in _ESCAPED.sub(lambda m: chr(int(m[1], 16)), run)}


def _noon(day: date) -> int:
    """Seconds since 1970 of the day's noon in UTC: a time that depends on the day only."""
    return (day.toordinal() - date(1970, 1, 1).toordinal()) * 86_400 + 43_200


def _shown(value: Any, unknown: set[str]) -> Any:
    if isinstance(value, str):
        return printable(value, unknown)
    if isinstance(value, Mapping):
        # A picture is drawn, not read: its own text is plain already.
        return {k: v if k == "picture" and not unknown else _shown(v, unknown) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(item, unknown) for item in value]
    return value


def printable(text: str, unknown: set[str] | frozenset[str] = frozenset()) -> str:
    """Text as a page can show it: no control letters, pictures by their names in brackets."""
    text = _TURNING.sub("", _CONTROL.sub("", text))
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(
        f"[{unicodedata.name(c, 'letter ' + hex(ord(c))).lower()}]" if c in unknown or _hidden(c) else c
        for c in text
    )


def _hidden(letter: str) -> bool:
    return bool(_PICTURES.match(letter)) and letter not in "←→↑↓✓✔"
