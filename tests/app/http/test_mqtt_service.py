"""The service with a broker: what is published there is a state here, and what can't be taken a dead letter."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from app.main import build
from app.settings import Settings
from tests.app.http.clients import TestClient
from tests.app.ingest.test_mqtt import publish
from tests.mosquitto import LEFT_OUT, Broker, mosquitto

ROOM = {"kind": "asset", "id": "R", "type": "Room"}
STATE = '{ asset(id: "R") { state { channel(name: "temperature") { value history { nodes { value } } } } } }'


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    with mosquitto(folder) as found:
        if found is None:
            pytest.skip(LEFT_OUT)
        yield found


def until(look: Callable[[], Any], seconds: float = 30.0) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it doesn't come")


def test_what_is_published_is_a_state_with_a_history(settings: Settings, broker: Broker) -> None:
    given = settings.changed(mqtt_url=SecretStr(broker.url), mqtt_topics=("events/#",))
    event = {"specversion": "1.0", "id": "1", "source": "s", "type": "t", "subject": "R", "data": {"temperature": 21}}
    with TestClient(build(given), base_url="http://127.0.0.1") as client:
        headers = {"content-type": "application/x-ndjson"}
        assert client.post("/v1/bulk", content=orjson.dumps(ROOM) + b"\n", headers=headers).status_code == 200

        def channel() -> Any:
            # Until the service has subscribed nobody keeps what is published.
            publish(broker, "events/R", orjson.dumps({**event, "time": datetime.now(UTC).isoformat()}))
            answer = client.post("/graphql", json={"query": STATE}).json()
            found = answer["data"]["asset"]["state"]["channel"]
            return found if found and found["history"]["nodes"] else None

        found = until(channel)
        assert found["value"] == 21
        assert found["history"]["nodes"][0]["value"] == 21
        assert 'transport="mqtt"' in client.get("/metrics").text
