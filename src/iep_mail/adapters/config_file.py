"""config.toml as text: its tables, where a key stands, and mistakes in a parent's words."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iep_mail.errors import ConfigError

Key = tuple[str | int, ...]

_TABLE = re.compile(r"\s*\[(\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_ASSIGNMENT = re.compile(r"""\s*([A-Za-z0-9_\-."' ]+?)\s*=(?!=)""")
_PART = re.compile(r"""[^."'\s]+|"[^"]*"|'[^']*'""")


@dataclass(frozen=True, slots=True)
class ConfigText:
    """The file's text with the line of every table and key."""

    path: Path
    lines: dict[Key, int]

    def line(self, key: Key) -> int | None:
        """The line of `key`, or of the nearest table around it that is written."""
        tables = (k for n in range(len(key), 0, -1) for k in (key[:n], (*key[:n], 0)))
        return next((self.lines[k] for k in tables if k in self.lines), None)

    def error(self, key: Key, wrong: str, right: str) -> ConfigError:
        """A mistake at `key`: file, line (the nearest that is written), key, what and what else."""
        line = self.line(key)
        place = f"{self.path}, line {line}" if line else str(self.path)
        return ConfigError(f"{place}: {key_name(key)} {wrong}." if key else f"{place}: {wrong}.", right)


def key_name(key: Key) -> str:
    """`("mailboxes", 0, "imap", "port")` as `mailboxes 1: imap.port`."""
    text = ""
    for part in key:
        if isinstance(part, int):
            text += f" {part + 1}"
        else:
            text += f"{'' if not text else ': ' if text[-1].isdigit() else '.'}{part}"
    return text


def read_toml(path: Path) -> tuple[dict[str, Any], ConfigText]:
    """The tables of the file. Raises ConfigError where it is missing, unreadable or no TOML."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(
            f"There is no configuration file {path}.",
            "Run `iep-mail init` to write one, or name yours with --config.",
        ) from error
    except OSError as error:
        raise ConfigError(f"{path} could not be read: {error.strerror}.", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not saved as UTF-8.", "Save it again as UTF-8 text.") from error
    return parse_toml(path, text)


def parse_toml(path: Path, text: str) -> tuple[dict[str, Any], ConfigText]:
    """The tables of a text and where they stand. Raises ConfigError where it is no TOML."""
    # TOML allows CR only before LF.
    text = text.replace("\r\n", "\n")
    try:
        return tomllib.loads(text), ConfigText(path, _lines(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _syntax_error(path, text, str(error)) from error


def _syntax_error(path: Path, text: str, message: str) -> ConfigError:
    found = re.search(r"\(at line (\d+)", message)
    number = int(found[1]) if found else _repeated_line(text)
    place = f"{path}, line {number}" if number else str(path)
    line = text.splitlines()[number - 1] if number and number <= len(text.splitlines()) else ""
    what = re.sub(r"\s*\(at .*\)$", "", message)
    if re.search("[“”‘’„]", line):
        right = 'Use straight quotation marks ("), not curly ones.'
    elif "\\" in line:
        right = "Write / instead of \\ in paths."
    elif "Cannot overwrite" in what or "twice" in what:
        what, right = "the same key or table is written twice", "Keep one of the two."
    else:
        right = 'Text stands in quotation marks, a list in [ ]: name = "value".'
    return ConfigError(f"{place}: this cannot be understood ({what}).", right)


def _repeated_line(text: str) -> int | None:
    seen: set[Key] = set()
    for key, number in _scan(text):
        if key in seen:
            return number
        seen.add(key)
    return None


def _lines(text: str) -> dict[Key, int]:
    lines: dict[Key, int] = {}
    for key, number in _scan(text):
        lines.setdefault(key, number)
    return lines


def _scan(text: str) -> Iterable[tuple[Key, int]]:
    table: Key = ()
    counts: dict[Key, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _TABLE.match(line):
            table = ()
            parts = _parts(header[2])
            for n, part in enumerate(parts):
                table = (*table, part)
                if n == len(parts) - 1 and header[1]:
                    counts[table] = counts.get(table, -1) + 1
                if table in counts:
                    table = (*table, counts[table])
            yield table, number
        elif assignment := _ASSIGNMENT.match(line):
            yield (*table, *_parts(assignment[1])), number


def _parts(text: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(text)]


def suggestion(word: str, allowed: Iterable[str]) -> str:
    """`Did you mean …?` or what is allowed."""
    names = list(allowed)
    close = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return f"Did you mean {close[0]}?" if close else f"Allowed: {', '.join(names)}."
