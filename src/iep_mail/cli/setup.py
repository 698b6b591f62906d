"""init: the configuration to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from iep_mail.errors import UsageError


@click.command()
@click.option("--force", is_flag=True, help="Replace a config.toml that is already there (a copy is kept).")
@click.pass_context
def init(context: click.Context, force: bool) -> None:
    """Write a config.toml with every setting explained, for you to fill in.

    \b
    Example:  iep-mail init
    """
    from iep_mail.adapters.config import example_config, find_config

    path: Path = find_config(context.obj["config"])
    if path.exists():
        if not force:
            raise UsageError(f"{path} is there already.", "Edit it, or use --force for a fresh one.")
        path.replace(path.with_suffix(".toml.old"))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_text(example_config(), encoding="utf-8")
    click.echo(f"Wrote {path}")
    click.echo("Open it in a text editor and fill in your address, your child and the school's domain.")
    click.echo("Then store your mail password once:  keyring set iep-mail YOUR-ADDRESS")
    click.echo("and run the first night:             iep-mail nightly")


COMMANDS = (init,)
