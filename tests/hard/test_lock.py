"""requirements.lock: whoever wants it installs exactly what was tested."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_dependency_is_pinned_with_hashes_and_no_index_is_named() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pinned = re.findall(r"(?m)^([A-Za-z0-9._-]+)==\S+ \\\n +--hash=sha256:[0-9a-f]{64}", lock)
    assert len(pinned) == len(re.findall(r"(?m)^[A-Za-z0-9]", lock))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [d for name, group in project["optional-dependencies"].items() if name != "dev" for d in group]
    wanted = {re.split(r"[<>=;\[ ]", d)[0].lower() for d in (*project["dependencies"], *extras)}
    assert wanted <= {name.lower() for name in pinned}
    assert "://" not in lock
    assert "--index" not in lock
