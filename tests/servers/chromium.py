"""A headless Chromium of this machine, with a profile of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from servers.box import unavailable

_QUIET = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@contextmanager
def chromium(**options: Any) -> Iterator[Any]:
    """A playwright BrowserContext. Skips where playwright or Chromium is absent."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        unavailable("playwright is not installed")
    if program is None:
        unavailable("no Chromium on this machine")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=program, headless=True, args=list(_QUIET), **options
        )
        context.set_default_timeout(20_000)
        try:
            yield context
        finally:
            context.close()
