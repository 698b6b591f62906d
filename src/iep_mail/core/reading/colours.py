"""The colour that a style names, as people call it: "my answers are in red"."""

from __future__ import annotations

import re

_NAMED = {
    "red": "red", "darkred": "red", "crimson": "red", "firebrick": "red", "maroon": "red",
    "blue": "blue", "mediumblue": "blue", "darkblue": "blue", "navy": "blue", "royalblue": "blue", "dodgerblue": "blue",
    "green": "green", "darkgreen": "green", "forestgreen": "green", "seagreen": "green", "limegreen": "green",
    "purple": "purple", "indigo": "purple", "darkviolet": "purple", "rebeccapurple": "purple",
    "orange": "orange", "darkorange": "orange", "orangered": "red", "magenta": "pink", "hotpink": "pink", "deeppink": "pink",
}  # fmt: skip
COLOURS = ("red", "blue", "green", "purple", "orange", "pink")


def colour_of(value: str) -> str:
    """`#c00000`, `rgb(192, 0, 0)`, `DarkRed` → "red"; "" for black, white, grey and what is no colour."""
    text = value.strip().lower().removesuffix("!important").strip()
    if text in _NAMED:
        return _NAMED[text]
    parts = _parts(text)
    if parts is None:
        return ""
    red, green, blue = parts
    if max(parts) - min(parts) < 70:
        return ""
    if red == max(parts):
        if blue > 120 and blue > green + 60:
            return "pink"
        return "orange" if green > 90 and green > blue + 50 else "red"
    if green == max(parts):
        return "green"
    return "purple" if red > green + 50 else "blue"


def _parts(text: str) -> tuple[int, int, int] | None:
    if found := re.fullmatch(r"#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})(?:[0-9a-f]{2})?", text):
        return int(found[1], 16), int(found[2], 16), int(found[3], 16)
    if found := re.fullmatch(r"#([0-9a-f])([0-9a-f])([0-9a-f])", text):
        return int(found[1] * 2, 16), int(found[2] * 2, 16), int(found[3] * 2, 16)
    if found := re.match(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})", text):
        return int(found[1]), int(found[2]), int(found[3])
    return None
