"""Where a family's folder lies, whatever name is given."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iep_mail.adapters.families import families, family_folder, family_places
from iep_mail.errors import UsageError


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IEP_MAIL_FAMILIES", str(tmp_path / "families"))
    return tmp_path / "families"


def set_up(root: Path, *names: str) -> None:
    for name in names:
        (root / name).mkdir(parents=True)
        (root / name / "config.toml").write_text("")


def test_each_family_has_a_folder_with_its_configuration_and_data(root: Path) -> None:
    assert families() == ()
    set_up(root, "rivera", "O'Neil", "Nguyễn")
    (root / "notes").mkdir()
    assert families() == ("Nguyễn", "O'Neil", "rivera")
    assert family_places("rivera") == (root / "rivera" / "config.toml", root / "rivera" / "data")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.one_of(st.text(max_size=12), st.text(alphabet="a./\\ ~:-'\0", max_size=8)))
def test_no_name_leads_out_of_the_root(root: Path, name: str) -> None:
    try:
        folder = family_folder(name)
    except UsageError:
        return
    assert folder.parent == root
    assert folder.resolve().parent == root.resolve()


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "a\\b", "../x", "~", " rivera", "con", "NUL.txt", "a" * 65]
)
def test_names_that_could_lead_elsewhere_are_refused(root: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be a family's name"):
        family_folder(name)


def test_another_spelling_and_a_link_are_refused(root: Path) -> None:
    set_up(root, "rivera")
    (root / "moreau").symlink_to(root / "rivera")
    with pytest.raises(UsageError) as spelling:
        family_folder("Rivera")
    assert spelling.value.remedy == "Did you mean “rivera”?"
    with pytest.raises(UsageError, match="is a link to another folder"):
        family_folder("moreau")
    assert families() == ("rivera",)
