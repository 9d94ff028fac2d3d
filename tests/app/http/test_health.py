from __future__ import annotations

from tests.app.http.clients import TestClient
from tests.app.http.toy import FakeDatabase


def test_alive_whatever_the_database(client: TestClient, fake: FakeDatabase) -> None:
    fake.down = True
    assert client.get("/health/live").json() == {"status": "live"}


def test_ready_says_what_was_checked(client: TestClient) -> None:
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "checks": [{"name": "database", "ok": True}, {"name": "ontology", "ok": True}],
    }


def test_not_ready_without_the_database(client: TestClient, fake: FakeDatabase) -> None:
    fake.down = True
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert [check["name"] for check in response.json()["checks"] if not check["ok"]] == ["database", "ontology"]


def test_not_ready_while_another_ontology_is_in_the_database(client: TestClient, fake: FakeDatabase) -> None:
    fake.hash = "sha256:newer"
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert [check["name"] for check in response.json()["checks"] if not check["ok"]] == ["ontology"]
