"""A process that serves may open as many files as its subscribers take, and says so where it may not."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

ASK = """
import json, resource
from structlog.testing import capture_logs
from app.descriptors import allow
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
with capture_logs() as told:
    allowed = allow({subscribers})
print(json.dumps([allowed, resource.getrlimit(resource.RLIMIT_NOFILE), [each["event"] for each in told]]))
"""


@pytest.mark.parametrize(
    ("subscribers", "allowed", "told"),
    [(100, 1_024, 0), (2_000, 2_512, 0), (20_000, 4_096, 1)],
)
def test_as_many_as_the_system_lets(subscribers: int, allowed: int, told: int) -> None:
    code = ASK.format(soft=1_024, hard=4_096, subscribers=subscribers)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found, limits, events = json.loads(done.stdout.splitlines()[-1])
    assert (found, limits, len(events)) == (allowed, [allowed, 4_096], told)
