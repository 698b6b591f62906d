"""Programs run and measured: wall time, processor time and peak memory, medians of several runs."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """`wall` and `cpu` in seconds, `memory` the most that was resident, in MB."""

    wall: float
    cpu: float
    memory: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s ({self.cpu:.2f} s of processor, {self.memory:.0f} MB)"


def measured(command: Sequence[str], env: dict[str, str] | None = None) -> Run:
    """One run; raises SystemExit where the program failed outright."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **(env or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 10):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}.")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def together(*runs: Run) -> Run:
    """Programs that do one job one after the other."""
    return Run(sum(r.wall for r in runs), sum(r.cpu for r in runs), max(r.memory for r in runs))


def median(runs: Sequence[Run]) -> Run:
    return Run(*(statistics.median(getattr(r, name) for r in runs) for name in ("wall", "cpu", "memory")))


def compare(job: str, ours: Callable[[], Run], peer: Callable[[], Run], times: int, target: float) -> float:
    """Runs both in turn, so that a busy machine is busy for both; prints and returns the ratio of walls."""
    pairs = [(ours(), peer()) for _ in range(times)]
    mine, theirs = median([a for a, _ in pairs]), median([b for _, b in pairs])
    ratio = mine.wall / theirs.wall
    verdict = "met" if ratio <= target else "MISSED"
    print(f"{job:34} {ratio:7.2f}  (target {target}, {verdict}); {mine} against {theirs}", flush=True)
    return ratio
