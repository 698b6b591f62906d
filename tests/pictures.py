"""The pictures of docs/guide.md, taken of the sample family: python tests/pictures.py docs/pictures"""

from __future__ import annotations

import sys
from pathlib import Path

from iep_mail.jobs.demo import demo_home
from iep_mail.jobs.viewing import Viewer
from iep_mail.web.serving import served
from servers.chromium import chromium

WIDE, PHONE = {"width": 1100, "height": 860}, {"width": 390, "height": 780}


def take(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with demo_home() as home, served(Viewer(home.config, home.data, home.clock), demo=True) as guard:
        viewer = Viewer(home.config, home.data, home.clock)
        book = viewer.look().book
        letter = next(d for d in book.drafts if d.cc)
        here = f"http://127.0.0.1:{guard.port}"
        with chromium(viewport=WIDE) as context:
            page = context.new_page()
            page.goto(guard.new_link())
            for name, path, size in (
                ("today", "/", WIDE),
                ("case", f"/case/{letter.case}", WIDE),
                ("letter", f"/draft/{letter.id}", WIDE),
                ("check", f"/draft/{letter.id}/check", WIDE),
                ("calendar", "/calendar", WIDE),
                ("today-phone", "/", PHONE),
            ):
                page.set_viewport_size(size)
                page.goto(here + path)
                page.screenshot(path=folder / f"{name}.png")


if __name__ == "__main__":
    take(Path(sys.argv[1]))
