"""One night, one import, one letter sent and one backup: stopped at a step, run again, and compared.

Each trial has a mailbox and a data folder of its own. What must be the same as in a run that nothing
disturbed: the dump, every message of every folder of the mailbox, what the store holds, what was delivered.
"""

from __future__ import annotations

import itertools
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from home import CALENDAR, EVENING, PASSWORD, ROSA, config_text, fill
from reliability.zygote import Run, Zygote
from servers.box import Box
from servers.dovecot import dovecot
from servers.smtp import Smtp
from world import DIRECTOR, PARENT, at, mail, speech_story

JOBS = ("nightly", "import", "send", "backup")
_FILING = {"drafts": "mailbox", "filing": "folders"}
_BUS = mail(PARENT, DIRECTOR, "The bus", "Could you tell me when the bus will leave in the morning?",
            at("2026-01-20 15:00"), number=20)  # fmt: skip
STORY = [*speech_story(), _BUS]

_LATER = EVENING + timedelta(hours=1)


@dataclass(frozen=True)
class Outcome:
    """All that a parent, or the school, can see after a job."""

    dump: dict[str, Any]
    mailbox: tuple[tuple[str, tuple[bytes, ...], bytes], ...]
    store: tuple[tuple[str, int], ...]
    delivered: tuple[tuple[str, ...], ...]
    left_over: tuple[str, ...]


class Difference(AssertionError):
    """A job that was stopped and run again has not ended as one that was not stopped."""


@dataclass
class Trials:
    """`port` is that of a server that has an empty mailbox for every user name."""

    folder: Path
    zygote: Zygote
    port: int
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _prepared: dict[str, Path] = field(default_factory=dict)
    _expected: dict[str, tuple[Outcome, tuple[str, ...]]] = field(default_factory=dict)

    def steps(self, job: str) -> tuple[str, ...]:
        """The steps of the undisturbed job."""
        return self._undisturbed(job)[1]

    def kill(self, job: str, step: int) -> Run:
        """Kills the job at the step, lets the parent go on, and compares. Raises Difference."""
        expected, _ = self._undisturbed(job)
        with self._world(job) as world:
            killed = world.run(stop=step)
            if not killed.killed:
                if killed.code not in (0, 10):
                    raise Difference(f"{job}, step {step}: code {killed.code}: {killed.err}")
                return killed
            world.go_on()
            found = world.outcome()
        for name in Outcome.__dataclass_fields__:
            if getattr(found, name) != getattr(expected, name):
                raise Difference(
                    f"{job} killed at step {step} ({killed.steps[-1]}): its {name} is not that of an undisturbed "
                    f"run:\n{_first_difference(getattr(expected, name), getattr(found, name))}"
                )
        return killed

    def _undisturbed(self, job: str) -> tuple[Outcome, tuple[str, ...]]:
        if job not in self._expected:
            with self._world(job, warm=True):
                pass
            with self._world(job) as world:
                done = world.run(stop=0)
                if done.code not in (0, 10):
                    raise Difference(f"{job} by itself: code {done.code}: {done.err}")
                self._expected[job] = world.outcome(), done.steps
        return self._expected[job]

    @contextmanager
    def _world(self, job: str, *, warm: bool = False) -> Iterator[_World]:
        number = next(self._numbers)
        home = self.folder / f"{job}-{number}"
        home.mkdir()
        (home / "calendar.ics").write_text(CALENDAR, newline="")
        with ExitStack() as stack:
            world = _World(self.zygote, job, home)
            if job in ("nightly", "send"):
                world.box = Box("127.0.0.1", self.port, f"rosa{number}")
                fill(world.box, STORY)
            if job == "send":
                world.postbox = stack.enter_context(Smtp(user=world.box.user))
            world.configure()
            self._prepare(world)
            if warm:
                self.zygote.warm_up(world.words, _LATER)
                self.zygote.warm_up(world.where("dump"), _LATER)
            yield world
        shutil.rmtree(home)

    def _prepare(self, world: _World) -> None:
        """What must be there before the job; made once for each job and copied."""
        if world.job == "nightly":
            return
        mails = world.home / "mail"
        mails.mkdir()
        for number, raw in enumerate(STORY):
            (mails / f"{number}.eml").write_bytes(raw)
        if world.job == "import":
            return
        if world.job not in self._prepared:
            world.must("import", str(mails))
            kept = self.folder / f"prepared-{world.job}"
            if world.job == "send":
                world.approve()
            shutil.copytree(world.data, kept)
            self._prepared[world.job] = kept
        else:
            shutil.copytree(self._prepared[world.job], world.data)


@dataclass
class _World:
    zygote: Zygote
    job: str
    home: Path
    box: Box | None = None
    postbox: Smtp | None = None
    _runs: int = 0

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def words(self) -> list[str]:
        if self.job == "send":
            return self.where("send", self.letter, "--now")
        rest = {"nightly": [], "import": [str(self.home / "mail")], "backup": [str(self._backup)]}
        return self.where(self.job, *rest[self.job])

    @property
    def _backup(self) -> Path:
        return self.home / "stick" / "backup.zip"

    def where(self, *words: str) -> list[str]:
        return ["--config", str(self.home / "config.toml"), "--data", str(self.data), *words]

    def configure(self) -> None:
        boxes = []
        if self.box:
            port = self.postbox.port if self.postbox else 0
            boxes.append(Box(self.box.host, self.box.port, self.box.user, address=ROSA, smtp=port))
        nightly = _FILING if self.job == "nightly" else {}
        (self.home / "config.toml").write_text(config_text(*boxes, **nightly))

    def run(self, stop: int) -> Run:
        return self.zygote.run(self.words, _LATER, stop)

    def must(self, *words: str) -> Run:
        now = EVENING if words[0] == "draft" else _LATER
        done = self.zygote.run(self.where(*words), now + timedelta(milliseconds=self._runs))
        self._runs += 1
        if done.code not in (0, 10):
            raise Difference(f"{' '.join(words)}: code {done.code}: {done.err}")
        return done

    def dump(self) -> dict[str, Any]:
        return dict(self.must("dump").json)

    @property
    def letter(self) -> str:
        return str(next(d["id"] for d in self.dump()["drafts"] if "Speech" in d["subject"]))

    def approve(self) -> None:
        draft = next(d for d in self.dump()["drafts"] if d["id"] == self.letter)
        if blanks := [f"{name}=January 12" for name in draft["blanks"]]:
            self.must("draft", "fill", draft["id"], *blanks)
        self.must("draft", "approve", draft["id"], "--yes")

    def go_on(self) -> None:
        """The parent runs the same again, and says what it is asked where a letter is in doubt."""
        for _ in range(4):
            done = self.run(stop=0)
            if self.job == "backup" and self._backup.exists():
                return  # it was complete, and is never written over
            if self.job != "send":
                if done.code not in (0, 10):
                    raise Difference(f"the run after it: code {done.code}: {done.err}")
                return
            draft = next(d for d in self.dump()["drafts"] if d["id"] == self.letter)
            if draft["status"] == "sent":
                return
            if draft["status"] == "unknown":
                assert self.postbox
                self.must("send", "--it-was-sent" if self.postbox.delivered else "--it-was-not", self.letter)
        raise Difference("the letter was not sent in four more runs")

    def outcome(self) -> Outcome:
        if self.job in ("send", "backup"):
            for _ in range(2):  # one puts the copy into Sent and tidies up, the other meets it there
                self.must("nightly")
        delivered = self.postbox.delivered if self.postbox else []
        return Outcome(
            self.dump(),
            _mailbox(self.box) if self.box else (),
            _store(self.data),
            tuple((d.sender, *d.recipients, d.raw.decode("latin-1")) for d in delivered),
            self._left_over(),
        )

    def _left_over(self) -> tuple[str, ...]:
        """Every file that lies about, and what a backup holds."""
        files = {path.relative_to(self.home).as_posix() for path in self.home.rglob("*") if path.is_file()}
        files -= {"data/iep-mail.sqlite3-wal", "data/iep-mail.sqlite3-shm"}
        if self._backup.exists():
            with ZipFile(self._backup) as archive:
                files |= {f"in the backup: {name}" for name in archive.namelist()}
        return tuple(sorted(files))


def _mailbox(box: Box) -> tuple[tuple[str, tuple[bytes, ...], bytes], ...]:
    found = []
    with box.client() as client:
        for attributes, _, name in client.list_folders():
            if b"\\Noselect" in attributes:
                continue
            client.select_folder(name, readonly=True)
            uids = client.search(["ALL"])
            for data in (client.fetch(uids, ["FLAGS", "BODY.PEEK[]"]) if uids else {}).values():
                flags = sorted(f for f in data[b"FLAGS"] if f != b"\\Recent")
                found.append((name, tuple(flags), data[b"BODY[]"]))
    return tuple(sorted(found))


def _store(data: Path) -> tuple[tuple[str, int], ...]:
    """How many rows each table of what is kept for ever has."""
    tables = ("contents", "locations", "imports", "decisions", "positions", "filed_copies")
    with sqlite3.connect(data / "iep-mail.sqlite3") as db:
        there = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        counts = tuple((t, _rows(db, t)) for t in tables if t in there)
    db.close()
    return counts


def _rows(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - a name of ours


def _first_difference(expected: Any, found: Any) -> str:
    one, other = (json.dumps(value, indent=1, default=repr).splitlines() for value in (expected, found))
    for number, (a, b) in enumerate(itertools.zip_longest(one, other, fillvalue="(nothing)")):
        if a != b:
            before = "\n".join(one[max(0, number - 6) : number])
            return f"{before}\n- {a[:300]}\n+ {b[:300]}"
    return "(the same in print)"


@contextmanager
def trials() -> Iterator[Trials]:
    """Trials on a Dovecot of their own, in memory where the system has a folder for that."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own below it
    with (
        TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder,
        dovecot() as (port, _),
        Zygote({PASSWORD: "secret"}) as zygote,
    ):
        yield Trials(Path(folder), zygote, port)
