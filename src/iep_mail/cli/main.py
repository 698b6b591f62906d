"""The command line. Only click is imported here; a command is imported when it runs, and imports the rest."""

from __future__ import annotations

import errno
import io
import sys
from pathlib import Path

import click
from click.core import ParameterSource

from iep_mail import __version__
from iep_mail.cli.commands import Commands
from iep_mail.errors import IepMailError

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 96}


@click.group(cls=Commands, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="iep-mail")
@click.option(
    "--config",
    "config_option",
    type=click.Path(path_type=Path),
    envvar="IEP_MAIL_CONFIG",
    help="Your config.toml, if it is not in the usual place.",
)
@click.option(
    "--data",
    "data_option",
    type=click.Path(path_type=Path),
    envvar="IEP_MAIL_DATA",
    help="The folder where iep-mail keeps what it has read, if it is not the usual one.",
)
@click.option(
    "--family",
    envvar="IEP_MAIL_FAMILY",
    metavar="NAME",
    help="If you help several families: which one (see: iep-mail families).",
)
@click.option("--verbose", is_flag=True, help="Say more about what goes wrong; for whoever helps you.")
@click.pass_context
def cli(
    context: click.Context,
    config_option: Path | None,
    data_option: Path | None,
    family: str | None,
    verbose: bool,
) -> None:
    """Keeps the paper trail of your child's IEP.

    Every night iep-mail reads your mail with the school, finds what you asked for and what they
    said they would do, counts the days, and drafts the follow-up letters. Nothing is ever sent
    without you.

    \b
    See it on a sample family:   iep-mail demo
    Set it up for yours:         iep-mail init
    A night by hand:             iep-mail nightly
    """
    if family is not None and context.invoked_subcommand not in _OF_NO_FAMILY:
        config_option, data_option = _of_family(context, family, config_option, data_option)
        if sys.stderr.isatty():
            click.echo(click.style(f"Family: {family}", dim=True), err=True)
    context.obj = {"config": config_option, "data": data_option, "family": family, "verbose": verbose}


_OF_NO_FAMILY = ("demo", "families")
_BEFORE_SETUP = ("init", "restore")


def _of_family(
    context: click.Context, family: str, config: Path | None, data: Path | None
) -> tuple[Path | None, Path | None]:
    """The family's own places. What is typed wins over what the environment says, --config and --data win
    over --family, and of the environment's words the same holds."""
    from iep_mail.adapters.families import families, family_places
    from iep_mail.errors import UsageError

    typed = context.get_parameter_source("family") is not ParameterSource.ENVIRONMENT

    def wins(name: str) -> bool:
        source = context.get_parameter_source(name)
        return source is ParameterSource.COMMANDLINE or (not typed and source is ParameterSource.ENVIRONMENT)

    own_config, own_data = family_places(family)
    chosen = (
        config if wins("config_option") else own_config,
        data if wins("data_option") else own_data,
    )
    if (
        chosen[0] == own_config
        and not own_config.exists()
        and context.invoked_subcommand not in _BEFORE_SETUP
    ):
        known = ", ".join(families()) or "none yet"
        raise UsageError(
            f"There is no family “{family}”.",
            f"Known: {known}. Set it up with: iep-mail --family {family} init",
        )
    return chosen


def main() -> None:
    """Runs the command; every error becomes a sentence on stderr and an exit code, never a traceback."""
    _write_any_letter()
    try:
        code = cli(standalone_mode=False)
    except IepMailError as error:
        code = _tell(error.what, error.remedy, error.exit_code)
    except click.Abort:
        code = _tell("Stopped.", "Nothing that was already stored is lost.", 130)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except OSError as error:
        code = _tell(*_os_error(error), 1)
    except Exception as error:
        if "--verbose" in sys.argv:
            raise
        code = _tell(
            f"Something went wrong inside iep-mail ({type(error).__name__}). Nothing stored was lost.",
            "Please run the same command again with --verbose right after iep-mail and report what it says.",
            1,
        )
    sys.exit(code if isinstance(code, int) else 0)


def _write_any_letter() -> None:
    """A terminal that cannot show a letter shows a question mark; files and pipes get UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace", encoding=None if stream.isatty() else "utf-8")


def _tell(what: str, remedy: str, code: int) -> int:
    click.echo(click.style(what, bold=True), err=True)
    if remedy:
        click.echo(remedy, err=True)
    return code


def _os_error(error: OSError) -> tuple[str, str]:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full.", "Free some space and run the command again; nothing stored is lost."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"iep-mail may not use {error.filename or 'a file it needs'}.",
            "Check that the folder belongs to you and is not write-protected.",
        )
    if error.errno == errno.EPIPE:
        return "", ""
    return f"The system reported: {error.strerror or error}.", "Try again; nothing stored is lost."
