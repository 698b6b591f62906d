"""The pages that a parent reads, and what they can say there."""

from __future__ import annotations

from datetime import date

from home import Home
from web_world import Browser, import_mail
from world import PARENT, TEACHER, at, mail


def open_request(browser: Browser) -> str:
    return next(r.id for r in browser.viewer.look().book.requests if "speech" in r.quote)


def test_today_leads_with_one_thing(browser: Browser) -> None:
    page = browser.get("/")
    assert page.status == 200
    assert [h.text() for h in page.all("h1")] == ["Monday, February 9"]
    assert len(page.all("section.first")) == 1
    assert "The one thing for today" in page.text
    assert "whether speech was held on January 12?" in page.text
    assert "Nothing has been sent." in page.text
    assert "iep-mail request" not in page.text, "a page has buttons, not commands"


def test_a_quiet_day_says_so(home: Home) -> None:
    hello = mail(
        TEACHER, PARENT, "Lunch menu", "Dear family,\n\nToday is pizza day.", at("2026-02-05 15:00"), number=9
    )
    import_mail(home, [hello])
    page = Browser(home).get("/")
    assert "Nothing wants you today." in page.text


def test_a_mailbox_that_was_not_read_is_told_on_top(home: Home) -> None:
    home.import_story()
    from servers.box import Box

    box = Box("127.0.0.1", 1, "rosa", address="rosa@delgado.example.net")
    home.configure(box)
    assert home.run("nightly").code == 1
    page = Browser(home).get("/")
    assert "was not read to its end" in page.text
    assert "silence here does not mean that nobody wrote" in page.text


def test_a_case_shows_its_story_and_how_days_were_counted(browser: Browser) -> None:
    [first, *_] = browser.get("/cases").links("/case/")
    pages = [browser.get(link) for link in browser.get("/cases").links("/case/")]
    assert first
    text = " ".join(page.text for page in pages)
    assert "How this day was counted" in text
    assert "Not counted, besides weekends: January 19 (Martin Luther King Jr. Day)." in text
    assert "automatic reply: it settles nothing" in text
    assert "a written concern (here)" in text
    assert "Reminds them of the request of January 13." in text


def test_what_was_answered_is_settled_and_can_be_taken_back(browser: Browser) -> None:
    request = open_request(browser)
    before = browser.get("/")
    action = f"/request/{request}/settle"
    after = browser.press(before, action)
    assert after.path == "/"
    assert "Noted: this was answered." in after.text
    assert "whether speech was held" not in after.text
    back = browser.press(after, "/undo/1")
    assert "Taken back." in back.text
    assert "whether speech was held" in back.text


def test_every_word_on_a_request(browser: Browser) -> None:
    request = open_request(browser)
    page = browser.get(f"/request/{request}")
    case = page.links("/case/")[0]
    browser.press(page, f"/request/{request}/withdraw")
    assert "you withdrew it" in browser.get(case).text.lower()
    reopened = browser.press(browser.get(f"/request/{request}"), f"/request/{request}/reopen")
    assert "open again" in reopened.text
    moved = browser.press(browser.get(f"/request/{request}"), f"/request/{request}/set-due", day="2026-03-20")
    assert "it is due on Friday, March 20, 2026" in moved.text
    assert browser.viewer.look().book.as_of == date(2026, 2, 9)
    gone = browser.press(browser.get(f"/request/{request}"), f"/request/{request}/not-a-request")
    assert gone.status == 200
    assert "No longer" in gone.text or "no longer" in gone.text
    assert browser.get(f"/request/{request}").status == 404


def test_a_second_window_that_is_behind_is_told(browser: Browser) -> None:
    request = open_request(browser)
    window = browser.get(f"/request/{request}")
    browser.post(f"/request/{request}/not-a-request")
    late = browser.press(window, f"/request/{request}/settle")
    assert late.status == 400
    assert "no longer followed" in late.text
    browser.post("/undo/1")
    assert browser.post("/undo/1").status == 400


def test_a_day_that_cannot_be_is_refused(browser: Browser) -> None:
    request = open_request(browser)
    for day in ("", "soon", "2020-01-01", "9999-12-31", "2026-02-30", "2026-03-01\r\nX: y"):
        page = browser.post(f"/request/{request}/set-due", {"day": day})
        assert page.status == 400
        assert "othing was changed" in page.text
    with browser.viewer.workspace() as workspace:
        assert workspace.store.all_decisions() == ()


def test_a_message_is_shown_as_text_with_its_matter(browser: Browser) -> None:
    sha256 = next(r.sha256 for r in browser.viewer.look().book.requests if "speech" in r.quote)
    page = browser.get(f"/message/{sha256}")
    assert page.all("h1")[0].text() == "Speech on Monday?"
    assert "Ellen Park <epark@maplehill.example.org>" in page.text
    assert page.links("/case/")


def test_why_names_what_it_rests_on(browser: Browser) -> None:
    page = browser.get(browser.get("/").links("/why/")[0])
    assert (
        "Could you let me know whether speech was held" in page.text
        or "whether speech was held on" in page.text
    )
    assert "You reminded them on Tuesday, January 27, 2026, in" in page.text


def test_what_is_looked_at_is_computed_once_until_something_changes(browser: Browser) -> None:
    first = browser.viewer.look()
    assert browser.viewer.look() is first
    browser.post(f"/request/{open_request(browser)}/settle")
    assert browser.viewer.look() is not first


def test_a_mistake_in_the_configuration_is_told_on_the_page(browser: Browser) -> None:
    browser.home.config.write_text("[family]\ntimezone = 'Mars/Olympus'\n")
    page = browser.get("/")
    assert page.status == 500
    assert "config.toml" in page.text
    assert "Traceback" not in page.html


def test_the_parent_decides_at_which_step_a_matter_is(browser: Browser) -> None:
    case = browser.viewer.look().book.cases[0].id
    page = browser.get(f"/case/{case}")
    held = browser.press(page, f"/case/{case}/step/hold")
    assert "Nothing further is suggested here" in held.text
    assert "No longer stay at this step" in held.text
    moved = browser.press(held, f"/case/{case}/step/set", number="4")
    assert "mediation (here)" in moved.text
    assert browser.press(moved, f"/case/{case}/step/skip", number="3").status == 200
    assert browser.post(f"/case/{case}/step/set", {"number": "7"}).status == 400
    assert browser.post(f"/case/{case}/step/climb").status == 404
    assert browser.post("/case/c-none/step/hold").status == 404


def test_words_are_explained(browser: Browser) -> None:
    page = browser.get("/words")
    assert "prior written notice" in page.text.lower()


def test_a_case_and_all_cases_are_told_in_numbers(browser: Browser) -> None:
    case = open_request(browser) and browser.viewer.look().book.cases[0].id
    for path in ("/cases", f"/case/{case}"):
        page = browser.get(path)
        numbers = next(s for s in page.all("section") if s.attributes.get("aria-labelledby") == "numbers")
        assert "open" in numbers.text()
        assert numbers.css("svg.bar rect.not-held"), "a bar for what is open past its day"
        assert "no judgement on a person" in " ".join(numbers.text().split())
