"""`gql`, the GraphQL client of Python: it takes the schema as it is served, asks, writes, and follows what changes."""

from __future__ import annotations

import pytest
from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from graphql import GraphQLError

from app.settings import Settings
from tests.app.http.serving import served, write

pytestmark = [pytest.mark.anyio, pytest.mark.neo4j, pytest.mark.long]

ROOMS = """
query Rooms($name: String!) {
  rooms(filter: {name: {startsWith: $name}}, orderBy: [{name: DESC}]) { totalCount nodes { id name area } }
}"""
FOLLOW = "subscription { changes(after: 0) { revision entries { id } } }"


async def test_it_asks_and_follows(settings: Settings) -> None:
    async with served(settings) as address:
        await write(address, "Room A", "Room B")
        await write(address, "Room C")
        over_http = HTTPXAsyncTransport(url=f"http://{address}/graphql", timeout=60)
        async with Client(transport=over_http, fetch_schema_from_transport=True, execute_timeout=60) as session:
            schema = session.client.schema
            assert schema is not None
            assert {"Pump", "PumpFilter", "AssetFilter", "Asset"} <= schema.type_map.keys()
            found = await session.execute(GraphQLRequest(ROOMS, variable_values={"name": "Room"}))
            assert [each["id"] for each in found["rooms"]["nodes"]] == ["Room C", "Room B", "Room A"]
            with pytest.raises(GraphQLError, match="Cannot query field 'rom'"):
                await session.execute(GraphQLRequest("{ rom { id } }"))  # by the schema, before anything is sent
            with pytest.raises(TransportQueryError, match="cursor") as caught:
                await session.execute(GraphQLRequest('{ rooms(after: "x") { nodes { id } } }'))
            assert caught.value.errors is not None
            assert caught.value.errors[0]["extensions"]["code"] == "CURSOR_INVALID"
        over_socket = WebsocketsTransport(url=f"ws://{address}/graphql")
        async with Client(transport=over_socket) as session:
            heard: list[tuple[int, int]] = []
            async for result in session.subscribe(GraphQLRequest(FOLLOW)):
                change = result["changes"]
                heard.append((change["revision"], len(change["entries"])))
                if len(heard) == 2:
                    break
        assert heard == [(1, 2), (2, 1)]
