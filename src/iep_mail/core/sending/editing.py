"""A letter as a parent edits it: in a text editor, by filling blanks, by changing who gets it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from iep_mail.core.letters.mail import clean
from iep_mail.core.letters.templates import blank_text
from iep_mail.errors import UsageError
from iep_mail.model import Blank, Draft

TO_BLANK = Blank("to", "the address this letter goes to")

_HEADER = re.compile(r"(To|Cc|Subject)\s*:\s*(.*)", re.IGNORECASE)
_BLANK = re.compile(r"\[____ (.+?) ____\]", re.DOTALL)
# What a mail server can be handed without extensions (RFC 5321 section 4.1.2, without quoted names).
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]*[A-Za-z0-9]"
)
_INSTRUCTIONS = """\
# Change what you like. Lines that begin with # up here are not part of the letter.
# Keep the lines To:, Cc: and Subject:, then an empty line, then the letter.
# [____ … ____] is something only you know: put it in place of the whole bracket.
"""


def address(text: str) -> str:
    """One mail address, lower case. Raises UsageError for anything else, a hidden line break above all."""
    if text != clean(text):
        raise UsageError(
            f"The address “{clean(text)}” holds a line break or another hidden character.",
            "Type it again by hand; nothing was changed.",
        )
    if not _ADDRESS.fullmatch(text) or len(text) > 254:
        raise UsageError(
            f"“{text}” is not a mail address that a letter can go to.",
            "Write it like someone@school.example.org; nothing was changed.",
        )
    return text.lower()


def addresses(texts: Iterable[str]) -> tuple[str, ...]:
    """The addresses in `texts`, which may hold several with commas between; each once."""
    found = [part.strip(" ") for text in texts for part in text.replace(";", ",").split(",")]
    return tuple(dict.fromkeys(address(_bare(part)) for part in found if part))


def _bare(text: str) -> str:
    """`x@y.z` of `Name <x@y.z>`."""
    named = re.fullmatch(r"[^<>]*<([^<>]*)>", text)
    return named[1] if named else text


def as_text(draft: Draft) -> str:
    """The letter for a text editor."""
    head = f"To: {', '.join(draft.to)}\nCc: {', '.join(draft.cc)}\nSubject: {draft.subject}\n"
    return f"{_INSTRUCTIONS}{head}\n{draft.body.rstrip()}\n"


def from_text(text: str, draft: Draft) -> Draft:
    """The letter as the editor left it. Raises UsageError where its head cannot be read."""
    lines = text.replace("\r\n", "\n").lstrip("\ufeff").split("\n")
    start = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    fields: dict[str, str] = {}
    for number, line in enumerate(lines[start:], start):
        found = _HEADER.fullmatch(line.strip())
        if not line.strip():
            body = "\n".join(lines[number + 1 :]).strip("\n")
            break
        if not found:
            raise UsageError(
                f"Line {number + 1} of the edited letter was not understood: “{line.strip()[:60]}”.",
                "Keep the lines To:, Cc: and Subject: at the top, then an empty line. "
                "The letter was left as it was.",
            )
        fields[found[1].lower()] = found[2]
    else:
        body = ""
    if not body.strip():
        raise UsageError(
            "The edited letter is empty.", "It was left as it was. To drop it: iep-mail draft discard"
        )
    return edited(
        draft,
        to=addresses([fields.get("to", ", ".join(draft.to))]),
        cc=addresses([fields.get("cc", ", ".join(draft.cc))]),
        subject=fields.get("subject", draft.subject),
        body=body + "\n",
    )


def edited(
    draft: Draft,
    *,
    to: Sequence[str] | None = None,
    cc: Sequence[str] | None = None,
    subject: str | None = None,
    body: str | None = None,
) -> Draft:
    """The letter with these parts replaced; what is still blank is found again in its text."""
    to = tuple(draft.to if to is None else to)
    cc = tuple(a for a in (draft.cc if cc is None else cc) if a not in to)
    subject = clean(draft.subject if subject is None else subject)
    changed = replace(
        draft, to=to, cc=cc, subject=subject, body=draft.body if body is None else body, edited=True
    )
    return replace(changed, blanks=blanks_in(changed))


def blanks_in(draft: Draft) -> tuple[Blank, ...]:
    """What is still to be filled in, by the brackets that are left in subject and text."""
    names = {" ".join(b.question.split()): b.name for b in draft.blanks}
    found = [TO_BLANK] if not draft.to else []
    for text in (draft.subject, draft.body):
        for question in (" ".join(q.split()) for q in _BLANK.findall(text)):
            found.append(Blank(names.get(question) or _name(question), question))
    return tuple(dict.fromkeys(found))


def _name(question: str) -> str:
    return "_".join(re.findall(r"[a-z0-9]+", question.lower())[:4]) or "blank"


def _same(value: str, _: re.Match[str]) -> str:
    return value


def fill(draft: Draft, values: dict[str, str]) -> Draft:
    """The letter with blanks filled. Raises UsageError for a name that is no blank of it."""
    by_name = {b.name: b for b in blanks_in(draft)}
    subject, body, to = draft.subject, draft.body, draft.to
    for name, value in values.items():
        blank = by_name.get(name)
        if blank is None:
            left = ", ".join(by_name) or "none"
            raise UsageError(f"This letter has no blank “{name}”.", f"Still to fill in: {left}.")
        if blank == TO_BLANK:
            to = addresses([value])
            continue
        pattern = re.compile(r"\s+".join(map(re.escape, blank_text(blank.question).split())))
        # As a function's result, so that a backslash in the value stays one.
        put = partial(_same, value)
        subject, body = pattern.sub(put, subject), pattern.sub(put, body)
    return edited(draft, to=to, subject=subject, body=body)
