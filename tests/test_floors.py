"""The floors of docs/architecture.md, held by import-linter."""

import subprocess
import sys
from pathlib import Path


def test_imports_keep_to_the_floors() -> None:
    root = Path(__file__).parents[1]
    code = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
