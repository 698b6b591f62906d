"""Text broken into lines, commands kept whole so that they can be copied."""

from __future__ import annotations

import re
import textwrap

_COMMAND = re.compile(r"iep-mail(?: [a-z][a-z-]*){1,3} (?:f-)?[0-9a-f]{4,}\b")
_HELD = "\ue000"  # of the private use area: no blank to textwrap


def wrapped(text: str, width: int, *, first: str = "", rest: str = "") -> str:
    """`text` as one paragraph of at most `width` columns; `first` and `rest` begin its lines.

    Long words, addresses and commands are never broken.
    """
    words = " ".join(text.replace(_HELD, " ").split())
    held = _COMMAND.sub(lambda found: found[0].replace(" ", _HELD), words)
    filled = textwrap.fill(
        held,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return filled.replace(_HELD, " ")
