from datetime import date
from pathlib import Path

import pytest

from iep_mail.adapters.iep_files import load_iep, read_iep
from iep_mail.errors import ConfigError

WHOLE = """\
child = "Noor Haddad"
plan = "IEP"
document = "IEP of 2025-10-01"
effective_from = 2025-10-01
effective_to = 2026-09-30
annual_review = 2026-09-30

[[services]]
name = "Physical therapy"
minutes = 30
frequency = "1 time per week"
setting = "gym"
provider = "physical therapist"
page = 9
start = 2025-10-01
end = 2026-06-01

[[services]]
name = "Counselling"

[[accommodations]]
text = "A copy of the slides before class"
page = 12
date = 2025-10-01

[[goals]]
text = "Climbs stairs with alternating feet"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "iep-noor.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_plan_is_read_with_its_facts(tmp_path: Path) -> None:
    (iep,) = load_iep(write(tmp_path, WHOLE))
    assert (iep.child, iep.plan, iep.document) == ("Noor Haddad", "IEP", "IEP of 2025-10-01")
    assert (iep.effective_from, iep.effective_to) == (date(2025, 10, 1), date(2026, 9, 30))
    assert iep.annual_review == date(2026, 9, 30)
    assert (iep.services[0].minutes, iep.services[0].page) == (30, 9)
    assert iep.services[0].end == date(2026, 6, 1)
    assert iep.accommodations[0].date == date(2025, 10, 1)
    assert iep.goals[0].text.startswith("Climbs")


def test_a_service_without_a_page_is_kept_without_one(tmp_path: Path) -> None:
    (iep,) = load_iep(write(tmp_path, WHOLE))
    assert (iep.services[1].name, iep.services[1].page) == ("Counselling", None)


def test_one_file_may_hold_several_plans(tmp_path: Path) -> None:
    text = '[[plans]]\nchild = "Noor"\n[[plans.goals]]\ntext = "Reads aloud"\n[[plans]]\nchild = "Sami"\nplan = "504"\n'
    first, second = load_iep(write(tmp_path, text))
    assert (first.child, len(first.goals), second.child, second.plan) == ("Noor", 1, "Sami", "504")


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "remedy"),
    [
        ('plan = "IEP"', 'plan = "ISP"', 2, "plan", '"IEP" or "504"'),
        ("effective_from = 2025-10-01", 'effective_from = "October"', 4, "effective_from", "2025-09-30"),
        ("effective_to = 2026-09-30", "effective_to = 2025-09-30", 5, "effective_to", "Check both dates"),
        ("annual_review = 2026-09-30", "annual_review = 2024-09-30", 6, "annual_review", "next review"),
        ("minutes = 30", 'minutes = "half an hour"', 10, "services[0].minutes", "a whole number"),
        ("minutes = 30", "minutes = 0", 10, "services[0].minutes", "one session"),
        ("setting =", "seting =", 12, "services[0].seting", "setting"),
        ("end = 2026-06-01", "end = 2025-06-01", 16, "services[0].end", "Check both dates"),
        ('name = "Counselling"', 'provider = "Mx. Lee"', 18, "services[1].name", "name ="),
        ("page = 12", "page = 0", 23, "accommodations[0].page", "number of the page"),
        ("date = 2025-10-01\n\n", "when = 2025-10-01\n\n", 24, "accommodations[0].when", "text, page, date"),
        ('child = "Noor Haddad"', 'child = " "', 1, "child", "config.toml"),
        ('child = "Noor Haddad"', "child = 7", 1, "child", "quotation marks"),
    ],
)
def test_a_mistake_names_file_line_key_and_remedy(
    tmp_path: Path, old: str, new: str, line: int, key: str, remedy: str
) -> None:
    assert old in WHOLE
    path = write(tmp_path, WHOLE.replace(old, new, 1))
    with pytest.raises(ConfigError) as caught:
        load_iep(path)
    assert str(path) in caught.value.what
    assert f", line {line}:" in caught.value.what
    assert f"`{key}`" in caught.value.what
    assert remedy in caught.value.remedy


EVERYTHING = """\
child = "Noor Haddad"
effective_from = 2025-10-01
meeting_on = 2025-09-24
last_evaluation = 2024-02-01
reevaluation_due = 2027-02-01

[[goals]]
text = "Climbs stairs with alternating feet"
measure = "8 of 10 trials"
baseline = "2 of 10 trials"
page = 4
quote = "Noor will climb a flight of stairs with alternating feet in 8 of 10 trials."

[placement]
text = "General education 80 percent or more of the day"
page = 10

[behavior_plan]
text = "A break card on the desk"
page = 11

[transport]
text = "A bus with a lift, door to door"

[progress_reports]
text = "With each report card"
page = 12
every = "report card"
dates = [2026-01-30, 2025-11-07]
"""


def test_placement_behavior_transport_and_progress_reports_are_facts_too(tmp_path: Path) -> None:
    (iep,) = load_iep(write(tmp_path, EVERYTHING))
    assert iep.placement is not None
    assert iep.placement.page == 10
    assert iep.behavior_plan is not None
    assert iep.transport is not None
    assert (iep.behavior_plan.text, iep.transport.page) == ("A break card on the desk", None)
    assert iep.progress_reports is not None
    assert iep.progress_reports.every == "report card"
    assert iep.progress_reports.dates == (date(2025, 11, 7), date(2026, 1, 30))
    assert (iep.goals[0].measure, iep.goals[0].baseline) == ("8 of 10 trials", "2 of 10 trials")
    assert (iep.meeting_on, iep.reevaluation_due) == (date(2025, 9, 24), date(2027, 2, 1))


def test_every_mistake_is_told_at_once_and_no_fact_of_the_file_is_used(tmp_path: Path) -> None:
    text = WHOLE.replace("setting =", "seting =").replace("page = 12", "page = 0")
    text = text.replace("annual_review = 2026-09-30", "annual_review = 2024-09-30")
    file = read_iep(write(tmp_path, text))
    assert file.plans == ()
    places = [m.what.partition(":")[0].rpartition("line ")[2] for m in file.mistakes]
    assert sorted(places, key=int) == ["6", "12", "23"]


def test_a_mistake_in_the_second_plan_names_its_own_line(tmp_path: Path) -> None:
    text = '[[plans]]\nchild = "Noor"\neffective_from = 2024-09-01\n'
    text += '[[plans]]\nchild = "Noor"\neffective_from = 2025-09-01\neffective_to = 2024-08-31\n'
    with pytest.raises(ConfigError, match="line 7"):
        load_iep(write(tmp_path, text))


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('every = "report card"', 'every = "fortnight"', 28, "report card"),
        ("[placement]", "[[placement]]", 14, "is not a table"),
        ("dates = [2026-01-30, 2025-11-07]", 'dates = ["soon"]', 29, "2025-09-30"),
        ("reevaluation_due = 2027-02-01", "reevaluation_due = 2022-02-01", 5, "not of the last"),
        ("meeting_on = 2025-09-24", "meeting_on = 0225-09-24", 3, "Check the year"),
    ],
)
def test_mistakes_in_the_other_facts(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in EVERYTHING
    with pytest.raises(ConfigError) as caught:
        load_iep(write(tmp_path, EVERYTHING.replace(old, new)))
    assert f", line {line}:" in caught.value.what
    assert said in str(caught.value)


def test_a_missing_child_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="`child` is missing"):
        load_iep(write(tmp_path, 'document = "x"\n'))


def test_what_is_no_toml_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="line 1"):
        load_iep(write(tmp_path, "child = Noor\n"))


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no file"):
        load_iep(tmp_path / "nothing.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_iep(tmp_path)


def test_bytes_that_are_no_utf8_are_said(tmp_path: Path) -> None:
    path = tmp_path / "iep.toml"
    path.write_bytes(b'child = "Ren\xe9"\n')
    with pytest.raises(ConfigError, match="UTF-8"):
        load_iep(path)


def test_keys_beside_several_plans_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="outside"):
        load_iep(write(tmp_path, 'document = "x"\n[[plans]]\nchild = "Noor"\n'))
    with pytest.raises(ConfigError, match="not a list"):
        load_iep(write(tmp_path, 'plans = "x"\n'))
