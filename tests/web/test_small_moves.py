"""What the page does where scripts run: it keeps the parent's place, and says what cannot be done there."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import iep_mail.web
from web_world import HERE, Browser

STATIC = Path(iep_mail.web.__file__).parent / "static"
IN_PLACE = {"HX-Request": "true"}


def test_the_library_is_the_released_one_with_its_licence() -> None:
    library = (STATIC / "htmx.min.js").read_bytes()
    assert (
        hashlib.sha256(library).hexdigest()
        == "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
    )
    licence = (STATIC / "htmx.LICENSE.txt").read_text(encoding="utf-8")
    assert licence.startswith("htmx 2.0.11")
    assert "Zero-Clause BSD" in licence


def test_the_library_keeps_nothing_of_the_pages_and_runs_nothing_in_them(browser: Browser) -> None:
    [meta] = browser.get("/").all("meta[name=htmx-config]")
    config = json.loads(str(meta.attributes["content"]))
    assert config["historyCacheSize"] == 0, "no record of the child stays in the browser's storage"
    assert config["allowEval"] is config["allowScriptTags"] is config["includeIndicatorStyles"] is False
    assert config["selfRequestsOnly"] is True


def test_what_cannot_be_done_is_told_above_the_page_that_stays(browser: Browser) -> None:
    request = browser.viewer.look().book.requests[0].id
    answer = browser.client.post(
        f"/request/{request}/set-due",
        data={"csrf": browser.guard.csrf, "day": ""},
        base_url=HERE,
        headers=IN_PLACE,
    )
    assert answer.status_code == 400
    assert answer.headers["HX-Retarget"] == "#told"
    assert answer.headers["HX-Replace-Url"] == "false"
    text = answer.get_data(as_text=True)
    assert "No day was chosen, so nothing was changed." in text
    assert "Choose one." in text
    assert "Go back" not in text
    assert "<main" not in text


def test_a_closed_page_says_so_in_place(browser: Browser) -> None:
    stranger = Browser(browser.home, enter=False)
    answer = stranger.client.get("/reading", base_url=HERE, headers=IN_PLACE)
    assert answer.status_code == 403
    assert "This page is closed" in answer.get_data(as_text=True)


def test_words_are_looked_at_while_they_are_written(browser: Browser) -> None:
    draft = next(d for d in browser.viewer.look().book.drafts if d.status == "drafted")
    path = f"/draft/{draft.id}"
    edit = browser.get(f"{path}/edit")
    assert edit.all("textarea")[0].attributes["hx-post"] == f"{path}/look"
    found = browser.post(
        f"{path}/look", {"subject": "Speech", "body": "You NEVER answer me!!! [____ the day ____]"}
    )
    assert "Words to look at again" in found.tree.text()
    assert "Still to fill in: the day" in found.tree.text()
    calm = browser.post(
        f"{path}/look", {"subject": "Speech", "body": "Dear Ms. Park,\n\nWas speech held?\n\nRosa"}
    )
    assert "Nothing in it wants another look." in calm.tree.text()
    now = next(d for d in browser.viewer.look().book.drafts if d.id == draft.id)
    assert now == draft, "nothing of it is kept"
