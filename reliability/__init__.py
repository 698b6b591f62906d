"""The long trials: what CI runs in small, at the length that gives figures (docs/reliability.md).

The mail servers and the family of the trials are those of the tests.
"""

import sys
from pathlib import Path

_TESTS = str(Path(__file__).parents[1] / "tests")
if _TESTS not in sys.path:
    sys.path.append(_TESTS)
