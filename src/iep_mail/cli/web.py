"""web: the same matters as a page in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from iep_mail.cli.output import now, paragraph, places

if TYPE_CHECKING:
    from iep_mail.jobs.viewing import Viewer


@click.command()
@click.option("--no-browser", is_flag=True, help="Do not open a browser; only print the link.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Use this port instead of any free one."
)
@click.option("--demo", is_flag=True, help="Show a sample family instead of yours, to try it out.")
@click.pass_context
def web(context: click.Context, no_browser: bool, port: int, demo: bool) -> None:
    """Open your cases and letters as a page in your browser.

    The page is served by your own computer to your own browser: it opens by a link that works once,
    and nobody else can reach it. Stop it with Ctrl-C.

    \b
    Example:  iep-mail web
              iep-mail web --demo
    """
    from iep_mail.web.serving import served, wait_for_end

    with _viewer(context, demo) as viewer:
        viewer.look()  # a mistake in config.toml is told here, not in the browser
        with served(viewer, port, demo=demo) as guard:
            link = guard.new_link()
            click.echo("Your page is open on this computer. The link works once:")
            click.echo(f"\n    {link}\n")
            click.echo(paragraph("Press Enter for a new link, Ctrl-C to close the page."))
            if not no_browser:
                click.launch(link)
            try:
                wait_for_end(guard, lambda new: click.echo(f"    {new}"))
            except KeyboardInterrupt:
                click.echo("\nThe page is closed.")


@contextmanager
def _viewer(context: click.Context, demo: bool) -> Iterator[Viewer]:
    from iep_mail.jobs.viewing import Viewer

    if demo:
        from iep_mail.jobs.demo import demo_home

        with demo_home() as home:
            yield Viewer(home.config, home.data, home.clock)
    else:
        config, data = places(context)
        yield Viewer(config, data, now)


COMMANDS = (web,)
