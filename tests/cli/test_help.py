"""Every command explains itself to a parent, and asking for help loads nothing but click."""

import subprocess
import sys

import click
import pytest

from iep_mail.cli.commands import COMMANDS, SECTIONS, short_helps
from iep_mail.cli.main import cli


def all_commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], click.Command]]:
    found: list[tuple[tuple[str, ...], click.Command]] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
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
    missing = [name for name in COMMANDS if name not in readme and name != "dump"]
    assert missing == []


@pytest.mark.parametrize("limit", [20, 45, 71])
def test_the_table_of_commands_says_what_each_command_says_of_itself(limit: int) -> None:
    context = click.Context(cli)
    own = {name: cli.get_command(context, name) for name in cli.list_commands(context)}
    assert dict(short_helps(limit)) == {n: c.get_short_help_str(limit) for n, c in own.items() if c}
    assert set(COMMANDS) == set(cli.commands)


def test_asking_for_help_imports_no_command() -> None:
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from iep_mail.cli.main import cli\n"
        "CliRunner().invoke(cli, ['--help'])\n"
        "print(sorted(m for m in sys.modules if m.startswith('iep_mail.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(
        ["iep_mail.cli", "iep_mail.cli.commands", "iep_mail.cli.main", "iep_mail.errors"]
    )


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


def test_every_command_stands_in_one_section_of_the_help() -> None:
    assert sorted(name for names in SECTIONS.values() for name in names) == sorted(COMMANDS)
