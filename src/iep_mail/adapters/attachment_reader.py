"""Attachments read for their words by a process of its own, with a limit on size and time."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

MOST_BYTES = 40 * 1024 * 1024
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class AttachmentText:
    """`problem` ends a sentence that begins with the attachment's name; "" where all was read."""

    text: str
    problem: str = ""


class AttachmentReader:
    """A context manager; the process starts with the first attachment and is replaced when it fails."""

    def __init__(self, seconds: float = SECONDS, most_bytes: int = MOST_BYTES) -> None:
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def read(self, content: bytes, name: str) -> AttachmentText:
        """The attachment's words. Never raises for what the file holds."""
        if len(content) > self._most_bytes:
            size = len(content) // 1024**2
            return AttachmentText("", f"has {size} megabytes and was not read for its words")
        try:
            answer = self._ask(content, name)
        except (OSError, ValueError):
            answer = None
        if answer is None:
            self._stop()
            return AttachmentText("", "could not be read: it stopped the reader or took too long")
        return answer

    def _ask(self, content: bytes, name: str) -> AttachmentText | None:
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        lines: queue.Queue[bytes] = queue.Queue()
        out = process.stdout
        listener = threading.Thread(target=lambda: lines.put(out.readline()), daemon=True)
        listener.start()
        head = json.dumps({"name": name, "size": len(content)}).encode() + b"\n"
        # What hangs while it is written to is stopped by the timer, which closes the pipe.
        timer = threading.Timer(self._seconds, process.kill)
        timer.start()
        try:
            process.stdin.write(head + content)
            process.stdin.flush()
            line = lines.get(timeout=self._seconds + 1)
        except queue.Empty:
            return None
        finally:
            timer.cancel()
        if not line:
            return None
        found = json.loads(line)
        return AttachmentText(found["text"], found["problem"])

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "iep_mail.adapters.attachment_text"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()
