"""python -m reliability kills [--count N] [--seed N]: jobs killed at random steps, each compared.
python -m reliability mutate [--count N] [--seed N] FOLDER…: mutated messages of these folders, read.
python -m reliability giants: messages beyond all measure, read.

`kills`: a night, an import, a sending and a backup are ended by SIGKILL at a random step, run again, and
compared with an undisturbed run. `mutate` keeps what broke something in a folder, one file for each fault.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

from reliability.fuzz import Findings, fuzz, read_one
from reliability.mutations import corpus, giants
from reliability.trials import JOBS, Difference, trials
from world import FAMILY

_SHARES = {"nightly": 5, "import": 1, "send": 3, "backup": 1}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m reliability")
    commands = parser.add_subparsers(dest="command", required=True)
    kills = commands.add_parser("kills", help="kill jobs at random steps")
    kills.add_argument("--count", type=int, default=1000)
    kills.add_argument("--seed", type=int, default=1)
    mutate = commands.add_parser("mutate", help="read mutated messages")
    mutate.add_argument("folders", type=Path, nargs="+")
    mutate.add_argument("--count", type=int, default=10_000)
    mutate.add_argument("--seed", type=int, default=1)
    mutate.add_argument("--keep", type=Path, default=Path("fuzz-findings"))
    commands.add_parser("giants", help="read messages beyond all measure")
    options = parser.parse_args()
    if options.command == "kills":
        return kill_at_random(options.count, options.seed)
    if options.command == "mutate":
        return mutate_and_read(options.folders, options.count, options.seed, options.keep)
    return read_giants()


def kill_at_random(count: int, seed: int) -> int:
    """Prints the figures; 1 where a job did not end as the undisturbed one, else 0."""
    chance = random.Random(seed)
    killed: Counter[str] = Counter()
    steps: Counter[str] = Counter()
    wrong, started = 0, time.monotonic()
    with trials() as each:
        for job in JOBS:
            print(f"{job}: {len(each.steps(job))} steps", flush=True)
        for _ in range(count):
            job = chance.choices(JOBS, [_SHARES[job] for job in JOBS])[0]
            step = chance.randint(1, len(each.steps(job)))
            try:
                run = each.kill(job, step)
            except Difference as difference:
                wrong += 1
                print(f"seed {seed}: {difference}", file=sys.stderr, flush=True)
                continue
            if run.killed:
                killed[job] += 1
                steps[f"after {run.steps[-1]}"] += 1
            else:
                killed["ended before the step"] += 1
    seconds = time.monotonic() - started
    print(f"{count} trials, {sum(steps.values())} kills, {seconds:.0f} s, {seconds / count:.2f} s each")
    for what, number in (*killed.most_common(), *steps.most_common()):
        print(f"  {number:>5}  {what}")
    print(f"different from the undisturbed run: {wrong}")
    return 1 if wrong else 0


def mutate_and_read(folders: list[Path], count: int, seed: int, keep: Path) -> int:
    """Prints the figures; 1 where something broke, else 0."""
    messages = corpus(folders)
    print(f"corpus: {len(messages):,} messages", flush=True)
    started = time.monotonic()
    found = fuzz(messages, count, seed, FAMILY, lambda said: print(said, file=sys.stderr, flush=True))
    print(f"{found.read:,} mutated messages read in {time.monotonic() - started:.0f} s, seed {seed}")
    print(f"  kept byte for byte     {found.kept:,}")
    print(f"  could not be read      {found.quarantined:,} (kept, and said)")
    print(f"  slowest                {found.slowest:.2f} s")
    print(f"  largest                {found.largest:.0f} MB")
    print(f"  faults                 {sum(found.faults.values())}")
    for number, (fault, raw) in enumerate(found.examples.items()):
        print(f"    {found.faults[fault]} × {fault}")
        keep.mkdir(exist_ok=True)
        (keep / f"{seed}-{number}.eml").write_bytes(raw)
    return 1 if found.faults or found.kept < found.read else 0


def read_giants() -> int:
    """Prints what each cost; 1 where one broke a limit, else 0."""
    broken = 0
    for name, raw in giants():
        findings = Findings()
        read_one(raw, findings)
        said = ", ".join(findings.faults) or ("could not be read" if findings.quarantined else "read")
        size = f"{len(raw) / 1e6:6.1f} MB"
        print(
            f"{name:<28} {size} {findings.slowest:6.2f} s {findings.largest:5.0f} MB more  {said}", flush=True
        )
        broken += bool(findings.faults)
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
