"""Every command explains itself to a parent, and asking for help loads nothing but click."""

import subprocess
import sys

import click
import pytest

from iep_mail.cli.main import cli


def all_commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], click.Command]]:
    found: list[tuple[tuple[str, ...], click.Command]] = []
    for name, command in sorted(group.commands.items()):
        found.append(((*path, name), command))
        if isinstance(command, click.Group):
            found += all_commands(command, (*path, name))
    return found


@pytest.mark.parametrize(
    ("path", "command"),
    all_commands(cli),
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_every_command_has_help_with_an_example(path: tuple[str, ...], command: click.Command) -> None:
    assert command.help, path
    assert f"Example:  iep-mail {path[0]}" in command.help
    assert all(
        getattr(p, "help", None) for p in command.params if isinstance(p, click.Option) and p.name != "help"
    )


def test_every_command_is_documented_for_parents() -> None:
    from pathlib import Path

    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    missing = [name for name in cli.commands if name not in readme and name != "dump"]
    assert missing == []


def test_help_loads_only_click() -> None:
    heavy = (
        "jinja2",
        "imapclient",
        "dateparser",
        "mailparser",
        "msgspec",
        "sqlite3",
        "icalendar",
        "pymap",
        "keyring",
    )
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from iep_mail.cli.main import cli\n"
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0\n"
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
