from __future__ import annotations

import pytest

from home import Home
from web_world import Browser


@pytest.fixture
def browser(home: Home) -> Browser:
    """The page on the story of tests/world.py, opened."""
    home.import_story()
    return Browser(home)
