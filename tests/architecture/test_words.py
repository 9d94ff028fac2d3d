"""What is committed speaks of the project alone: no registry's host, no path of a machine, no left-over."""

from __future__ import annotations

import re

from tests.architecture.sources import ROOT, tracked

HOSTS = ("pypi" + r"\.org", "pythonhosted" + r"\.org", "repo1" + r"\.maven", "maven" + r"\.apache\.org/maven2")
HOSTS_TOO = ("registry" + r"\.npmjs", "npmjs" + r"\.com")
MACHINE = (r"(?<![\w./{}$-])/(?:work|root|home/\w+)/", "/tmp" + "/team")
FORBIDDEN = re.compile("|".join((*HOSTS, *HOSTS_TOO, *MACHINE)))
LEFT_OVER = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    found: list[str] = []
    for path in tracked():
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path}:{number}" for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]
    return found


def test_no_text_names_a_registry_or_a_machine() -> None:
    assert lines_with(FORBIDDEN) == []


def test_nothing_is_left_to_be_done() -> None:
    assert lines_with(LEFT_OVER) == []
