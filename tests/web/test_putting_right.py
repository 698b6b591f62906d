"""Everything that a parent can say in the terminal can be said on the page, and is taken back there."""

from __future__ import annotations

from io import BytesIO

import pytest

from home import Home
from web_world import HERE, Browser, Seen, import_mail
from world import PARENT, TEACHER, at, mail


def take_back(browser: Browser, page: Seen) -> Seen:
    """Presses “Take it back” in the line that tells what was done."""
    [form] = page.all("#told form")
    return browser.press(page, str(form.attributes["action"]))


def request_about(browser: Browser, words: str) -> str:
    return next(r.id for r in browser.viewer.look().book.requests if words in r.quote)


def case_path(browser: Browser, number: int = 0) -> str:
    return f"/case/{browser.viewer.look().book.cases[number].id}"


def test_a_matter_is_renamed_and_has_its_old_name_back(browser: Browser) -> None:
    path = case_path(browser)
    page = browser.get(path)
    before = page.all("h1")[0].text()
    named = browser.press(page, f"{path}/rename", title="Speech, spring")
    assert named.all("h1")[0].text() == "Speech, spring"
    assert f"You renamed the case “{before}” to “Speech, spring”." in named.text
    back = take_back(browser, named)
    assert back.all("h1")[0].text() == before
    assert "Do it after all" in back.text
    assert take_back(browser, back).all("h1")[0].text() == "Speech, spring"
    assert browser.press(page, f"{path}/rename", title="  ").status == 400


@pytest.mark.slow
def test_two_matters_are_put_together_and_apart_again(browser: Browser) -> None:
    one, other = case_path(browser), case_path(browser, 1)
    page = browser.get(one)
    assert other.removeprefix("/case/") in [o.attributes["value"] for o in page.all("#into option")]
    merged = browser.press(page, f"{one}/merge", into=other.removeprefix("/case/"))
    assert merged.path == one
    assert len(browser.viewer.look().book.cases) == 1
    assert browser.get(one).all("h1")[0].text() == browser.get(other).all("h1")[0].text(), (
        "both ids lead there"
    )
    take_back(browser, merged)
    assert len(browser.viewer.look().book.cases) == 2
    assert browser.press(page, f"{one}/merge", into=one.removeprefix("/case/")).status == 400
    assert browser.post(f"{one}/merge", {"into": "c-nowhere"}).status == 400


@pytest.mark.slow
def test_a_thread_is_moved_and_a_message_too(browser: Browser) -> None:
    path = case_path(browser)
    page = browser.get(path)
    action = next(
        str(f.attributes["action"]) for f in page.all("form") if "/move" in str(f.attributes["action"])
    )
    moved = browser.press(page, action, case="new", title="The bus")
    assert moved.path == "/", "the matter itself is gone with its only thread"
    assert "into a case of its own, “The bus”" in moved.text
    assert "The bus" in {c.title for c in browser.viewer.look().book.cases}
    take_back(browser, moved)
    assert "The bus" not in {c.title for c in browser.viewer.look().book.cases}
    reply = next(m for m in browser.viewer.look().book.messages if m.direction == "from_school" and m.case)
    message = f"/message/{reply.message.sha256}"
    away = browser.press(browser.get(message), f"{message}/move", case="none")
    assert "out of its case" in away.text
    assert browser.viewer.look().book.message(reply.message.sha256).case is None


@pytest.mark.slow
def test_a_thread_that_turns_to_another_matter_is_divided(home: Home) -> None:
    asked = mail(
        PARENT, TEACHER, "Speech log", "Dear Ms. Park,\n\nCould you send me the speech therapy log for January?\n\nRosa",
        at("2026-01-13 15:00"), number=1,
    )  # fmt: skip
    turned = mail(
        PARENT, TEACHER, "Re: Speech log",
        "Dear Ms. Park,\n\nI am requesting an evaluation of Mateo for occupational therapy.\n\nRosa",
        at("2026-01-20 15:00"), number=2, answers=1,
    )  # fmt: skip
    import_mail(home, [asked, turned])
    browser = Browser(home)
    [suggested] = browser.viewer.look().book.suggestions
    path = f"/case/{suggested.case}"
    page = browser.get(path)
    assert "may turn to another matter" in page.text
    together = browser.press(page, f"/thread/{suggested.thread}/keep-together")
    assert "may turn to another matter" not in together.text
    page = take_back(browser, together)
    browser.press(page, f"/thread/{suggested.thread}/split", case="new", title="OT evaluation")
    assert "OT evaluation" in {c.title for c in browser.viewer.look().book.cases}


def test_a_request_that_was_not_seen_is_added(browser: Browser) -> None:
    ours = next(m for m in browser.viewer.look().book.messages if m.direction == "to_school")
    path = f"/message/{ours.message.sha256}"
    added = browser.press(
        browser.get(path), f"{path}/add-request", words="the seating plan", kind="records", due="2026-03-20"
    )
    assert "You added a request to the message" in added.text
    request = next(r for r in browser.viewer.look().book.requests if r.quote == "the seating plan")
    assert (str(request.kind), request.due_on.isoformat()) == ("records", "2026-03-20")
    again = browser.post(f"{path}/add-request", {"words": "the seating plan"})
    assert again.status == 400
    assert "is followed already" in again.text
    take_back(browser, added)
    assert not any(r.quote == "the seating plan" for r in browser.viewer.look().book.requests)


@pytest.mark.slow
def test_what_they_said_they_would_do_is_kept_dropped_and_open_again(home: Home) -> None:
    said = mail(
        TEACHER, PARENT, "Data sheets", "Dear Ms. Delgado,\n\nI will send you the data sheets by February 4.\n\nEllen Park",
        at("2026-02-02 15:00"), number=1,
    )  # fmt: skip
    import_mail(home, [said])
    browser = Browser(home)
    [promise] = browser.viewer.look().book.commitments
    action = f"/commitment/{promise.id}/keep"
    page = browser.get("/")
    assert "They did it" in page.text
    kept = browser.press(page, action)
    assert "Noted: they did it." in kept.text
    assert action not in kept.html
    own = browser.get(f"/commitment/{promise.id}")
    assert "They did it." in own.text
    opened = browser.press(own, f"/commitment/{promise.id}/reopen")
    assert "not been done yet" in opened.text
    own = browser.get(f"/commitment/{promise.id}")
    early = browser.press(own, action, on="2026-01-01")
    assert early.status == 400
    assert "lies before they said it" in early.text
    dropped = browser.press(own, f"/commitment/{promise.id}/withdraw", note="She told me in person.")
    assert "you no longer wait for this" in dropped.text
    assert browser.post("/commitment/none/keep").status == 400
    path = f"/message/{promise.sha256}"
    added = browser.press(browser.get(path), f"{path}/add-commitment", words="call me about the bus")
    assert "You added something that the school said it would do" in added.text


@pytest.mark.slow
def test_a_possible_answer_is_the_answer_or_is_none(home: Home) -> None:
    asked = mail(
        PARENT, TEACHER, "Data", "Dear Ms. Park,\n\nPlease send me the progress monitoring data since January.\n\nRosa",
        at("2026-01-27 15:00"), number=1,
    )  # fmt: skip
    vague = mail(
        TEACHER, PARENT, "Re: Data", "Hi Rosa,\n\nMateo is coming along nicely with his goals.\n\nEllen",
        at("2026-01-29 15:00"), number=2, answers=1,
    )  # fmt: skip
    import_mail(home, [asked, vague])
    browser = Browser(home)
    [request] = browser.viewer.look().book.requests
    assert request.candidates
    page = browser.get("/")
    none = browser.press(page, f"/request/{request.id}/not-answered-by")
    assert "that does not answer it. It stays open." in none.text
    [now] = browser.viewer.look().book.requests
    assert (now.candidates, str(now.status)) == ((), "open")
    assert "May answer" not in browser.get(f"/case/{now.case}").text
    take_back(browser, none)
    page = browser.get(f"/case/{now.case}")
    answered = browser.post(
        f"/request/{request.id}/settle", {"answered-by": request.candidates[-1].sha256, "back": page.path}
    )
    [now] = browser.viewer.look().book.requests
    assert str(now.status) == "answered"
    assert now.events[-1].sha256 == request.candidates[-1].sha256
    assert "answered on Thursday, January 29" in answered.text


def test_a_request_is_refused_on_a_day_with_a_note_and_of_another_kind(browser: Browser) -> None:
    request = request_about(browser, "speech")
    path = f"/request/{request}"
    other = browser.press(browser.get(path), f"{path}/set-kind", kind="records")
    assert "asks for records" in other.text
    refused = browser.press(
        browser.get(path), f"{path}/settle", outcome="refused", on="2026-02-02", note="At pick-up"
    )
    assert "they said no" in refused.text
    now = next(r for r in browser.viewer.look().book.requests if r.id == request)
    assert (str(now.status), now.note, str(now.kind)) == ("refused", "At pick-up", "records")
    for wrong in ({"on": "2030-01-01"}, {"on": "2020-01-01"}, {"on": "soon"}, {"answered-by": "f" * 64}):
        take = browser.post(f"{path}/settle", {"outcome": "answered", **wrong})
        assert take.status == 400, wrong


def test_mail_is_of_another_kind_or_not_the_schools(browser: Browser) -> None:
    theirs = next(m for m in browser.viewer.look().book.messages if m.direction == "from_school")
    path = f"/message/{theirs.message.sha256}"
    bulk = browser.press(browser.get(path), f"{path}/kind", kind="bulk")
    assert "is a newsletter" in bulk.text
    assert "On February 9, 2026 you said that it is a newsletter" in bulk.text
    gone = browser.press(browser.get(path), f"{path}/not-school")
    assert "is not the school's mail" in gone.text
    assert browser.get(path).status == 404
    take_back(browser, gone)
    assert browser.get(path).status == 200
    assert browser.post(f"{path}/kind", {"kind": "spam"}).status == 400


@pytest.mark.slow
def test_an_agreement_is_noted_watched_and_taken_back_as_one(browser: Browser) -> None:
    request = next(r for r in browser.viewer.look().book.requests if "speech" in r.quote)
    path = f"/case/{request.case}"
    page = browser.get(path)
    agreed = browser.press(
        page, f"{path}/agreed/resolve", agreed="One make-up session\nby February 20", on="2026-02-06"
    )
    assert "Noted: this is settled." in agreed.text
    assert "On Friday, February 6 you agreed: One make-up session by February 20" in agreed.text
    assert all(r.status.settled for r in browser.viewer.look().book.requests if r.case == request.case)
    holds = browser.press(agreed, f"{path}/agreed/holds")
    assert "it holds" in holds.text
    broken = browser.press(holds, f"{path}/agreed/does-not-hold", seen="No speech on Tuesday")
    assert "It does not hold:" in broken.text
    assert "No speech on Tuesday" in broken.text
    take_back(browser, broken)
    before = take_back(browser, agreed)
    assert "Is it settled?" in before.text
    now = next(r for r in browser.viewer.look().book.requests if r.id == request.id)
    assert not now.status.settled, "what was settled with it is open again with it"
    for wrong in ({"agreed": ""}, {"agreed": "x", "on": "2030-01-01"}, {"agreed": "x", "weeks": "99"}):
        assert browser.post(f"{path}/agreed/resolve", wrong).status == 400
    assert browser.post(f"{path}/agreed/holds").status == 400
    assert browser.post(f"{path}/agreed/eaten").status == 404


def test_a_call_is_written_down_followed_and_corrected(browser: Browser) -> None:
    case = browser.viewer.look().book.cases[0].id
    page = browser.get(f"/log/new?case={case}")
    kept = browser.press(
        page, "/log/new", how="call", who="from_school", on="2026-02-05",
        text="She said she will send the speech log by February 6.", **{"with": "Ms. Park"},
    )  # fmt: skip
    assert kept.path.startswith("/log/l-")
    assert "You wrote down a phone call of February 5, 2026 with Ms. Ellen Park." in kept.text
    assert "They said: “She said she will send the speech log by February 6.”" in kept.text
    assert kept.path in browser.get("/log").html
    corrected = browser.press(kept, f"{kept.path}/correct", text="She said she will send it by February 13.")
    assert "Corrected on February 9, 2026." in corrected.text
    assert "by February 6" in corrected.text, "what was written first stays"
    take_back(browser, corrected)
    assert "by February 6" in browser.get(kept.path).all(".mail")[0].text()
    same = browser.press(browser.get(kept.path), f"{kept.path}/correct")
    assert same.status == 400


@pytest.mark.slow
def test_a_note_with_a_photo_is_private_and_the_photo_comes_back_as_a_file(browser: Browser) -> None:
    photo = b"\x89PNG" + b"0" * 2_000_000
    form = {
        "csrf": browser.guard.csrf, "how": "child_said", "on": "2026-02-06",
        "text": "“Nobody came for speech.”", "file": (BytesIO(photo), "../bag <b>.png"),
    }  # fmt: skip
    answer = browser.client.post(
        "/log/new", data=form, base_url=HERE, content_type="multipart/form-data", follow_redirects=True
    )
    assert answer.status_code == 200
    [entry] = browser.viewer.look().book.entries
    assert entry.private
    page = browser.get(f"/log/{entry.id}")
    [link] = page.links(f"/log/{entry.id}/file/")
    got = browser.client.get(link, base_url=HERE)
    assert got.data == photo
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert browser.get(f"/log/{entry.id}/file/{'0' * 64}").status == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"how": "smoke"},
        {"who": "nobody"},
        {"on": "2026-03-20"},
        {"on": "yesterday"},
        {"clock": "25:99"},
        {"text": ""},
        {"case": "c-nowhere"},
    ],
)
def test_what_cannot_be_written_down_is_told(browser: Browser, wrong: dict[str, str]) -> None:
    given = {"how": "call", "who": "to_school", "on": "2026-02-05", "text": "I asked for the log.", **wrong}
    told = browser.post("/log/new", given)
    assert told.status == 400
    assert told.all("h1")[0].text()
    with browser.viewer.workspace() as workspace:
        assert workspace.store.all_decisions() == ()


def test_the_log_is_a_table_that_can_be_narrowed(browser: Browser) -> None:
    page = browser.get("/log")
    assert [th.text() for th in page.all("table.log th")] == [
        "Date", "Issue", "Person contacted", "Response", "Follow-up needed",
    ]  # fmt: skip
    everybody = len(page.all("table.log tbody tr"))
    one = browser.get("/log", query_string={"person": "Shaw"})
    assert 0 < len(one.all("table.log tbody tr")) < everybody
    assert "Nothing is in the log for that." in browser.get("/log?person=Nobody").text


def test_all_that_was_said_is_listed_without_ids(browser: Browser) -> None:
    request = request_about(browser, "speech")
    browser.post(f"/request/{request}/withdraw")
    case = browser.viewer.look().book.cases[0]
    browser.post(f"/case/{case.id}/step/hold")
    page = browser.get("/decisions")
    assert f"You hold the case “{case.title}” at its step." in page.text
    assert case.id not in page.text
    back = browser.press(page, "/undo/1")
    assert "taken back" in back.text
    assert "Let it stand again" in back.text
