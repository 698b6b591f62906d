"""Tables of sentences beside the tests: tab-separated, `#` begins a remark."""

from pathlib import Path


def rows(path: str) -> list[tuple[str, ...]]:
    lines = (Path(__file__).parent / path).read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]
