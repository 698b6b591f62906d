"""The command that serves the page: it prints a link that opens, and ends when it is told to."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request

import pytest

from home import Home


@pytest.mark.slow
def test_the_printed_link_opens_the_page_and_ctrl_c_closes_it(home: Home) -> None:
    home.import_story()
    process = subprocess.Popen(
        [*home.command, "web", "--no-browser"], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout
        link = next(
            found[0]
            for line in process.stdout
            if (found := re.search(r"http://127\.0\.0\.1:\d+/open\?key=\S+", line))
        )
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        # The cookie jar of the standard library keeps SameSite cookies like any other.
        assert "Today" in opener.open(link, timeout=20).read().decode()
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(link, timeout=20)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()


def test_a_taken_port_is_told(home: Home) -> None:
    home.import_story()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = home.run("web", "--no-browser", "--port", str(taken.getsockname()[1]))
    assert told.code == 2
    assert "cannot be used" in told.err
    assert "Leave out --port" in told.err


def test_a_mistake_in_the_configuration_is_told_before_anything_is_served(home: Home) -> None:
    home.config.write_text("[family]\n")
    told = home.run("web", "--no-browser")
    assert told.code == 2
    assert "config.toml" in told.err
