"""One mark for everything that reading depends on besides the mail: the program's own text."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from pathlib import Path

import iep_mail

_ROOMS = ("core", "data", "model")
_KINDS = frozenset({".py", ".toml"})


@cache
def reader_mark() -> str:
    """Another text after any change of the reading code, its tables or the interpreter."""
    return mark_of(Path(iep_mail.__file__).parent)


def mark_of(package: Path) -> str:
    digest = hashlib.blake2b(sys.version.encode(), digest_size=16)
    for room in _ROOMS:
        for path in sorted(p for p in (package / room).rglob("*") if p.suffix in _KINDS):
            digest.update(f"{path.relative_to(package)}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
