from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import validate

from app.http.openapi import openapi
from app.http.operations import operations
from graph.codes import codes
from tests.app.http.clients import TestClient
from tests.app.http.toy import OPERATIONS


@pytest.mark.parametrize("served", [OPERATIONS, operations()])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_description_is_valid(served: Any) -> None:
    validate(openapi(served))


def test_it_describes_each_operation_with_body_answer_and_problems(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    operation = described["paths"]["/v1/things"]["post"]
    body = operation["requestBody"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/Thing"}
    assert body["examples"]["one"]["value"] == {"name": "a", "size": 1}
    assert {"200", "400", "401", "403", "413", "415", "500", "503"} <= set(operation["responses"])
    assert "`write`" in operation["description"]


def test_the_page_names_all_routes_and_codes_and_no_foreign_host(client: TestClient) -> None:
    page = client.get("/docs")
    assert "/v1/things" in page.text
    assert all(f'id="{code.code}"' in page.text for code in codes())
    assert "//" not in page.text
    assert "script" not in page.headers["content-security-policy"]
