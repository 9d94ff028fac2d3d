"""Any graph of the campus ontology comes back from its export as it was."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import bulk
from graph.access import operator
from graph.database import connect
from graph.identity import parse_tenant
from graph.ontology import Ontology
from graph.ontology.model import Json
from tests.graph.bulk.conftest import Loading, asset, link
from tests.servers import Server

_COUNTER = itertools.count()
NAMES = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn", "Mn", "Mc", "Me", "Zs"], max_codepoint=0x2FFF),
    min_size=1,
    max_size=8,
).filter(lambda text: text.isascii() or _composed(text))
SERVER = st.fixed_dictionaries(
    {},
    optional={
        "manufacturer": st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5),
        "ratedPower": st.floats(0, 1e6) | st.builds(lambda watt: {"value": watt, "unit": "W"}, st.integers(0, 9999)),
        "installedOn": st.dates().map(str),
        "maintenanceInterval": st.integers(1, 500).map(lambda days: f"P{days}D"),
        "purchaseCost": st.decimals(0, 10**6, places=2).map(str),
        "rackUnit": st.integers(1, 60),
    },
)


def _composed(text: str) -> bool:
    import unicodedata

    return unicodedata.is_normalized("NFC", text)


@st.composite
def graphs(draw: st.DrawFn) -> list[dict[str, Json]]:
    servers = draw(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    rooms = [f"room {number}" for number in range(draw(st.integers(0, 3)))]
    lines = [asset(name, "Room", parents=rooms[:at][-1:]) for at, name in enumerate(rooms)]
    for name in servers:
        more: dict[str, Any] = {"properties": draw(SERVER)}
        if draw(st.booleans()):
            more["externalIds"] = [{"system": "S", "id": name}]
        if draw(st.booleans()):
            more["name"] = draw(NAMES)
        lines.append(asset(f"s{name}", "Server", **more, parents=draw(st.sampled_from([[], rooms[:1]]))))
    keys = draw(
        st.lists(st.tuples(st.sampled_from(servers), st.sampled_from(servers), NAMES | st.just("")), max_size=6)
    )
    links = {(*sorted(pair[:2]), pair[2]): draw(st.floats(0, 100)) for pair in keys}
    for (source, target, key), length in links.items():
        lines.append(link("LINKS", f"s{source}", f"s{target}", key=key, properties={"length": length}))
    return draw(st.permutations(lines))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=graphs())
def test_what_is_loaded_from_an_export_is_what_was_exported(
    lines: list[dict[str, Json]], server: Server, campus: Ontology, tmp_path: Path
) -> None:
    async def there_and_back(loading: Loading) -> None:
        report, refusals = await loading.load_file(loading.file(*lines))
        assert refusals.codes == {}
        exported = await loading.export()
        assert await loading.export() == exported
        assert exported.count(b"\n") == report.assets_created + report.relationships_created
        copy = loading.of(parse_tenant(f"{loading.tenant}c"))
        await copy.load(*exported.splitlines())
        assert await copy.export() == exported
        again = await copy.load(*exported.splitlines())
        assert again.revision == 2 if report.relationships_created else again.revision == 1

    _run(there_and_back, server, campus, tmp_path)


async def test_pages_leave_nothing_out(loading: Loading) -> None:
    names = sorted(f"s{number}" for number in range(2_500))
    await loading.load(*(asset(name, "Server") for name in names), *(link("LINKS", "s0", name) for name in names))
    exported = (await loading.export()).splitlines()
    assert len(exported) == 5_000
    assert exported == [*sorted(exported[:2_500]), *exported[2_500:]]


async def test_an_export_tells_what_was_written_meanwhile(loading: Loading) -> None:
    await loading.load(asset("a", "Server"))
    exporter = bulk.Exporter(loading.database, lambda: loading.ontology)
    done = await exporter.export(operator(loading.tenant), lambda _: None)
    assert done.settled
    assert (done.assets, done.relationships, done.before) == (1, 0, 1)


def _run(
    work: Callable[[Loading], Coroutine[None, None, None]], server: Server, ontology: Ontology, folder: Path
) -> None:
    async def run() -> None:
        database = connect(server.uri, user=server.user, password=server.password)
        try:
            await work(Loading(database, ontology, parse_tenant(f"tx{next(_COUNTER)}x{id(folder) % 10**9}"), folder))
        finally:
            await database.close()

    asyncio.run(run())
