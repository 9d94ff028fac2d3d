"""The real service with one thread and no line: who comes second is told when to come back, who leaves frees it."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.journeys.test_service import TWIN, environment, served

__all__ = ["environment"]

pytestmark = pytest.mark.neo4j

LOOPS = 12
"""Each loses a millionth a round, and so takes a million rounds to come to rest."""


def lines() -> bytes:
    names = ["crutch", *(f"{side}{number}" for number in range(LOOPS) for side in "ab")]
    found: list[dict[str, object]] = [{"kind": "asset", "id": each, "type": "Application"} for each in names]
    for number in range(LOOPS):
        group = {"group": "g", "combine": "CAPACITY", "needs": 1000}
        for provider, capacity in ((f"b{number}", 999.999), ("crutch", 1)):
            properties = {**group, "capacity": capacity}
            found.append(relationship(f"a{number}", provider, properties=properties))
        found.append(relationship(f"b{number}", f"a{number}"))
    return b"".join(json.dumps(each).encode() + b"\n" for each in found)


def relationship(dependant: str, provider: str, **given: object) -> dict[str, object]:
    return {"kind": "relationship", "type": "REQUIRES", "from": dependant, "to": provider, **given}


def figure(client: httpx.Client, name: str) -> float:
    """A figure of the long lane as the metrics have it, 0 where there is none yet."""
    text = client.get("/metrics").text
    found = re.findall(rf'^{name}{{.*lane="long".*}} (\S+)$', text, re.MULTILINE)
    return sum(map(float, found))


def until(so: float, client: httpx.Client, name: str) -> None:
    began = time.monotonic()
    while figure(client, name) != so:
        assert time.monotonic() - began < 10, client.get("/metrics").text
        time.sleep(0.02)


@pytest.mark.long
def test_a_long_question_and_who_comes_meanwhile(environment: dict[str, str], tmp_path: Path) -> None:
    settings = {
        **environment,
        "TWIN_AUTH": "none",
        "TWIN_QUESTION_WORKERS": "1",
        "TWIN_QUESTION_LINE": "0",
    }
    (tmp_path / "loops.ndjson").write_bytes(lines())
    subprocess.run([TWIN, "load", "loops.ndjson"], env=settings, cwd=tmp_path, check=True, capture_output=True)
    with served(settings, tmp_path) as (address, _), httpx.Client(base_url=address, timeout=120) as client:
        short, long = {"failures": [{"asset": "b0"}]}, {"failures": [{"asset": "crutch"}]}
        assert client.post("/v1/impact", json=short).status_code == 200
        body = json.dumps(long).encode()
        head = (
            "POST /v1/impact HTTP/1.1\r\nhost: 127.0.0.1\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", urlsplit(address).port or 0)) as leaving:
            leaving.sendall(head.encode() + body)
            until(1.0, client, "twin_questions_running")
            refused = client.post("/v1/impact", json={**long, "horizon": "PT1H"})
            assert client.post("/v1/impact", json={"failures": [{"asset": "b1"}]}).status_code == 200
        until(0.0, client, "twin_questions_running")
        assert (refused.status_code, refused.json()["code"]) == (503, "TOO_BUSY"), refused.text
        assert int(refused.headers["retry-after"]) >= 1
        assert 'outcome="given_up"' in client.get("/metrics").text
        assert figure(client, "twin_questions_refused") == 1
