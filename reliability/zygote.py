"""A process with everything imported, which forks one child for each run of the command line.

A run then costs what its work costs, so that a thousand of them fit into minutes. Reads requests as lines of
JSON and answers each with one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from reliability.stops import Counter, stop_at

SECONDS = 60.0  # a run that takes longer hangs


@dataclass(frozen=True, slots=True)
class Run:
    """How one run of the command line ended. `code` is -9 where it was killed."""

    code: int
    out: str
    err: str
    steps: tuple[str, ...]  # what was done to the outside world, in order

    @property
    def killed(self) -> bool:
        return self.code == -9

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Zygote:
    """`run` is the command line in a fresh process, at the clock's `now`."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def __enter__(self) -> Zygote:
        here = Path(__file__).parents[1]
        paths = [str(here), str(here / "src"), os.environ.get("PYTHONPATH", "")]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "reliability.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=here,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)} | self._environment,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(10)

    def run(self, words: Sequence[str], now: datetime, stop: int = 0) -> Run:
        return self._ask({"words": list(words), "now": now.isoformat(), "stop": stop})

    def warm_up(self, words: Sequence[str], now: datetime) -> Run:
        """The run in the process itself, so that whatever it imports and loads is there for the next."""
        return self._ask({"words": list(words), "now": now.isoformat(), "stop": -1})

    def _ask(self, request: dict[str, Any]) -> Run:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return Run(**answer | {"steps": tuple(answer["steps"])})


def _serve() -> None:
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        request = json.loads(line)
        counter = Counter()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            if request["stop"] < 0:
                code = _command(request, out.fileno(), err.fileno())
            elif child := os.fork():
                code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            else:
                signal.alarm(int(SECONDS))
                stop_at(request["stop"], counter)
                os._exit(_command(request, out.fileno(), err.fileno()))
            texts = [_text(file) for file in (out, err)]
        answer = {"code": code, "out": texts[0], "err": texts[1], "steps": counter.labels}
        print(json.dumps(answer), file=answers, flush=True)


def _text(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode("utf-8", "replace"))


def _command(request: dict[str, Any], out: int, err: int) -> int:
    """The command line with its output in these files; the exit code."""
    from iep_mail.cli.main import main

    now = datetime.fromisoformat(request["now"])
    for name, module in list(sys.modules.items()):
        if name.startswith("iep_mail.cli.") and hasattr(module, "now"):
            module.now = lambda: now  # type: ignore[attr-defined]
    os.dup2(out, 1)
    os.dup2(err, 2)
    sys.argv = ["iep-mail", *request["words"]]
    try:
        main()
    except SystemExit as left:
        return int(left.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


if __name__ == "__main__":
    _serve()
