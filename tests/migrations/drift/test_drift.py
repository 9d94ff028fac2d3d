"""Damage of every kind, done by hand on a real database: each is found, counted as often as it is, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from graph.database import Database
from graph.identity import parse_tenant, relationship_key
from graph.state import Reading
from migrations import Project, apply
from migrations.drift import MEANINGS, Drift, DriftKind, DriftProgress, DriftStep, drift
from migrations.drift.structure import system_labels
from migrations.errors import OntologyMissing
from queries import Mode, Query, named
from tests.servers import Server, empty_of_everything

pytestmark = pytest.mark.neo4j

K = DriftKind
_NAMES = Query(
    name="tests/list_names",
    purpose="Names of all constraints and indexes.",
    mode=Mode.READ,
    parameters={},
    columns=("name",),
    plan=(),
    text="SHOW INDEXES YIELD name RETURN name",
)


@dataclass(frozen=True, slots=True)
class Damage:
    """What is done by hand, what is found then, and what the samples say."""

    done: str
    found: Mapping[DriftKind, int]
    said: tuple[str, ...] = ()


def one(kind: DriftKind, done: str, *said: str, count: int = 1) -> Damage:
    return Damage(done, {kind: count}, said)


P1 = "MATCH (p:Pump {_id: 'P1'})"


def kept(asset: str, **values: str | float | None) -> str:
    """Keep values of channels as states of an asset."""
    said = ", ".join(f"{name}_: '{_record(asset, name, value)}', {name}_received: 1" for name, value in values.items())
    return f"MERGE (s:_State {{_tenant: 'town', _id: '{asset}'}}) SET s += {{{said}}}"


def _record(asset: str, channel: str, value: str | float | None) -> str:
    told = {"time": 1, "epoch": 0, "sequence": 0, "received": 1}
    return Reading(asset=asset, channel=channel, value=value, event="e", source="/s", quality="GOOD", **told).record


BATCHES = [
    [
        one(K.NODE_UNKNOWN, "CREATE (:Stray), (:Stray), ()", "(Stray): 2 of them", "(no label): 1 of them", count=3),
        one(K.ASSET_UNIDENTIFIED, "CREATE (:Asset:Site:Space {_tenant: 'town', name: 'x'})", ":Site:Space): no id"),
        one(K.LABEL_UNKNOWN, f"{P1} SET p:Extra", "P1: Extra, on a Pump"),
        Damage("MATCH (w {_id: 'W'}) SET w:Pump", {K.TYPE_UNKNOWN: 1, K.COUNT_WRONG: 1}, ("W: Pump, Thing, Well",)),
        one(K.NAME_INVALID, f"{P1} REMOVE p.name WITH 1 AS one MATCH (w {{_id: 'W'}}) SET w.name = 7", count=2),
        one(K.COUNTER_ONTOLOGY, "MATCH (t:_Tenant) SET t.ontology = 'sha256:x'", "sha256:x"),
        one(K.PROPERTY_UNKNOWN, f"{P1} SET p.color = 'red', p._hidden = 1", "P1: color", "P1: _hidden", count=2),
        one(K.EXTERNAL_ID_LOST, "MATCH (:_ExternalId)-[r:_IDENTIFIES]->() DELETE r", "CMMS 7"),
        one(K.RELATIONSHIP_UNKNOWN, f"{P1} CREATE (p)-[:LIKES]->(p), (p)-[:LIKES]->(p), (p)-[:HATES]->(p)", count=3),
        one(K.RELATIONSHIP_KEY, "MATCH ()-[r:PIPE {key: 'second'}]->() SET r.key = 'third'", "PIPE P1 -> P2"),
        one(K.MIGRATION_UNFINISHED, "MATCH (m:_Migration) SET m.status = 'RUNNING'", "0001_start"),
        one(K.LEDGER_TAMPERED, "CREATE (:_LedgerEntry {number: 1, kind: 'APPROVED', revision: 'x', at: 1, by: 'b', "
            "facts: '{}', previous: '', hash: 'wrong'})", "entry 1"),
        one(K.INDEX_EXTRA, "CREATE INDEX mine FOR (p:Pump) ON (p.code)", "mine: range on Pump (code)"),
    ],
    [
        one(K.NODE_UNKNOWN, "CREATE (:`Odd label!` {a: 1})", "(Odd label!)"),
        one(K.ASSET_UNIDENTIFIED, "CREATE (:Asset:Site:Space {_id: 'X'}), (:Asset {_tenant: 'town', _id: 7})", count=2),
        one(K.COUNT_WRONG, "MATCH (c:_AssetCount {type: 'Room'}) SET c.count = 5", "Room: 5 are kept, 2 are there"),
        one(K.LABEL_MISSING, f"{P1} REMOVE p:Thing", "P1: Thing, of a Pump"),
        one(K.SOURCE_INVALID, "MATCH (w {_id: 'W'}) SET w._sourceOf = ['PIPE', 'NEEDS', 'GONE']", "W: NEEDS", count=2),
        one(K.PROPERTY_UNKNOWN, "MATCH ()-[r:PIPE]->() SET r.flow = 1", count=3),
        one(K.DATATYPE_WRONG, f"{P1} SET p.flow = '12.5'", "flow: expected FLOAT, for a float, is STRING"),
        one(K.VALUE_INVALID, f"{P1} SET p.code = 'abc', p.fuel = 'WOOD'", "[A-Z]+", "DIESEL, GAS", count=2),
        one(K.ENDS_INVALID, "MATCH (s {_id: 'S'}) MATCH (p {_id: 'P3'}) "
            "CREATE (s)-[:NEEDS {_rev: 1, _key: $key(S,P3)}]->(p)",
            "from Site to Pump, where only Thing to Thing may be"),
        one(K.MULTIPLICITY, "MATCH (s {_id: 'S'}) MATCH (p {_id: 'P2'}) "
            "CREATE (s)-[:CONTAINS {_rev: 1, _key: $key(S,P2)}]->(p)",
            "P2: 2 sources by CONTAINS, not 0..1"),
        one(K.GROUP_DISAGREES, "MATCH ({_id: 'W'})-[r:PIPE]->({_id: 'P1'}) SET r.combine = 'CAPACITY'", "CAPACITY"),
        one(K.TENANT_INVALID, "CREATE (:_Tenant {_tenant: 'Bad Name', revision: 1, ontology: $hash})", "Bad Name"),
        one(K.ONTOLOGY_CHANGED, "MATCH (o:_Ontology) SET o.canonical = o.canonical + ' '", "another hash"),
        one(K.CONSTRAINT_EXTRA, "CREATE CONSTRAINT mine FOR (p:Pump) REQUIRE p.code IS UNIQUE", "mine", "Pump (code)"),
    ],
    [
        Damage("CREATE (:Asset:Site:Space {_tenant: 'town', _id: ' X', name: 'x', _rev: 1})",
               {K.ASSET_UNIDENTIFIED: 1, K.COUNT_WRONG: 1}, ("blank", "Site: 1 are kept, 2 are there")),
        Damage(f"{P1} SET p:Extra REMOVE p:Thing", {K.LABEL_UNKNOWN: 1, K.LABEL_MISSING: 1}),
        Damage("MATCH (p {_id: 'P3'}) REMOVE p:Pump", {K.TYPE_UNKNOWN: 1, K.COUNT_WRONG: 1}, ("P3: Thing",)),
        one(K.REVISION_INVALID, f"{P1} SET p._rev = 'x'", "P1: _rev is 'x'"),
        one(K.DATATYPE_WRONG, f"{P1} SET p.weight = 5, p.cost = 12.5", "INTEGER, for a decimal, is FLOAT", count=2),
        one(K.VALUE_INVALID, f"{P1} SET p.notes = '{{\"b\": 1}}'", "another spelling"),
        one(K.EXTERNAL_ID_LOST, f"{P1} MATCH (e:_ExternalId) CREATE (e)-[:_IDENTIFIES]->(p)", "CMMS 7"),
        one(K.RELATIONSHIP_KEY, "MATCH ()-[r:PIPE]->() REMOVE r._key", "PIPE W -> P1: its _key is missing", count=3),
        one(K.RELATIONSHIP_KEY, "MATCH (a)-[r:TWINS]->(b) WITH a, b, r, properties(r) AS v DELETE r "
            "CREATE (b)-[s:TWINS]->(a) SET s = v", "smaller id"),
        one(K.GROUP_DISAGREES, "MATCH ({_id: 'P1'})-[r:NEEDS]->({_id: 'P2'}) SET r.needs = 2.0",
            "P1: NEEDS P1 -> P2 and NEEDS P1 -> P3 disagree"),
        one(K.ONTOLOGY_CHANGED, "MATCH (m:_Migration) SET m.after = 'sha256:y'", "sha256:y"),
    ],
    [
        one(K.TYPE_UNKNOWN, "CREATE (:Asset {_tenant: 'town', _id: 'X', name: 'x', _rev: 1})", "no label of a type"),
        one(K.REVISION_INVALID, "MATCH ()-[r:PIPE {key: 'second'}]->() REMOVE r._rev", "PIPE P1 -> P2: _rev is "),
        one(K.COUNTER_BEHIND, f"{P1} SET p._rev = 9 WITH 1 AS one MATCH ()-[r:NEEDS]->() SET r._rev = 5", count=3),
        one(K.DATATYPE_WRONG, f"{P1} SET p.built = datetime('2020-01-01T00:00Z'), p.seen = localdatetime()", count=2),
        one(K.VALUE_INVALID, f"{P1} SET p.notes = '{{', p.flow = 0.0/0.0", "no JSON", count=2),
        one(K.ENDS_INVALID, "MATCH (s:Site) CREATE (s)-[:CONTAINS {_key: 'k', _rev: 1}]->(:_Token {hash: 'h'})",
            "CONTAINS S -> (_Token): its target is no asset"),
        one(K.GROUP_DISAGREES, "MATCH ({_id: 'W'})-[r:PIPE]->({_id: 'P1'}) SET r.needs = 1.5", "1.5 members"),
        one(K.ONTOLOGY_CHANGED, "MATCH (o:_Ontology) SET o.revision = '0009_other'", "no version of that name"),
    ],
    [
        one(K.COUNTER_MISSING, "MATCH (t:_Tenant) DELETE t", "town"),
        one(K.DATATYPE_WRONG, f"{P1} SET p.ride = duration('P1M'), p.tags = [1, 2]", "months", count=2),
        one(K.DATATYPE_WRONG, f"{P1} SET p.seen = datetime('2020-01-01T00:00:00.0001Z')", "finer than a millisecond"),
        one(K.VALUE_INVALID, f"{P1} SET p.weight = 101.0", "expected a number in kg, at least 0 and at most 100"),
        one(K.DATATYPE_WRONG, f"{P1} SET p.built = date('+12345-01-01')", "a date or time beyond the calendar"),
        one(K.VALUE_INVALID, f"{P1} SET p.secret = 4711", "a value not shown"),
        one(K.STATE_WRONG, kept("P1", heat="warm"), "P1: heat: expected a value of datatype float, is str"),
        one(K.STATE_WRONG, kept("P2", mode="WOOD"), "P2: mode: expected one of DIESEL, GAS"),
        one(K.STATE_WRONG, "CREATE (:_State {_tenant: 'town', _id: 'P3', heat_: 'x', heat_received: 1})", "can read"),
        one(K.REQUIRED_MISSING, "MATCH (p:Pump) REMOVE p.flow", "P1: flow", count=3),
        one(K.RELATIONSHIP_KEY, "MATCH ()-[r:PIPE]->() SET r._key = 'x' + elementId(r)", "PIPE W -> P1", count=3),
    ],
]  # fmt: skip
DAMAGES = [damage for batch in BATCHES for damage in batch]


async def do(database: Database, text: str, damaged: Project) -> None:
    def key(ends: re.Match[str]) -> str:
        return f"'{relationship_key(parse_tenant('town'), ends[1], ends[2])}'"

    text = re.sub(r"\$key\((\w+),(\w+)\)", key, text.replace("$hash", f"'{damaged.desired.hash}'"))
    await database.execute_schema((text,))
    if text.startswith(("CREATE INDEX", "CREATE CONSTRAINT")):
        await database.rows(None, named("migrations/await_indexes"), {"seconds": 60})


def shown(found: Drift) -> str:
    return "\n".join(f"{each.about}: {each.detail}" for finding in found.findings for each in finding.samples)


async def test_what_writing_leaves_has_no_drift(world: Database) -> None:
    steps: list[DriftProgress] = []
    found = await drift(world, tell=steps.append)
    assert found.findings == ()
    assert found.clean
    assert (found.revision, found.tenants, found.assets, found.relationships) == ("0001_start", 1, 7, 10)
    assert {step.step: (step.done, step.total) for step in steps} == {
        DriftStep.ASSETS: (7, 7),
        DriftStep.RELATIONSHIPS: (10, 10),
    }


async def found_of(world: Database, damaged: Project, damages: Sequence[Damage]) -> None:
    """All of the damage is found and counted, and nothing else; then what isn't data is put right again."""
    for damage in damages:
        await do(world, damage.done, damaged)
    try:
        found = await drift(world, samples=50)
        expected: Counter[DriftKind] = Counter()
        for damage in damages:
            expected.update(damage.found)
        text = shown(found)
        assert {finding.kind: finding.count for finding in found.findings} == expected, text
        assert [said for damage in damages for said in damage.said if said not in text] == [], text
        assert not found.clean
        assert "4711" not in text
    finally:
        for kind in ("CONSTRAINT", "INDEX"):
            await do(world, f"DROP {kind} mine IF EXISTS", damaged)
        await do(world, "MATCH (m:_Migration) SET m.status = 'APPLIED', m.after = $hash", damaged)
        await do(world, "MATCH (o:_Ontology) SET o.revision = '0001_start', o.canonical = trim(o.canonical)", damaged)


@pytest.mark.parametrize("batch", range(len(BATCHES)))
async def test_damage_is_found_and_counted(world: Database, damaged: Project, batch: int) -> None:
    await found_of(world, damaged, BATCHES[batch])


@pytest.mark.long
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.done[:60])
async def test_each_damage_alone(world: Database, damaged: Project, damage: Damage) -> None:
    await found_of(world, damaged, [damage])


async def test_cycles_and_who_feeds_without_being_fed(world: Database, damaged: Project) -> None:
    # The keys are wrong as well: nobody who writes by hand makes them right.
    await do(world, "MATCH (a {_id: 'R2'}), (s {_id: 'S'}) CREATE (a)-[:CONTAINS {_key: 'c', _rev: 1}]->(s)", damaged)
    await do(world, "MATCH (w:Well) REMOVE w._sourceOf", damaged)
    found = {finding.kind: finding for finding in (await drift(world)).findings}
    assert {kind: finding.count for kind, finding in found.items()} == {K.CONTAINMENT_CYCLE: 3, K.RELATIONSHIP_KEY: 1}
    assert {each.about: each.detail for each in found[K.CONTAINMENT_CYCLE].samples}["R"] == "R in S in R2 in R"
    await do(world, "MATCH ()-[r:CONTAINS {_key: 'c'}]->() DELETE r", damaged)
    await do(world, "MATCH (w {_id: 'W'})-[r:PIPE]->(p {_id: 'P1'}) DELETE r", damaged)
    noted = await drift(world)
    assert [(each.kind, each.count, each.samples[0].about) for each in noted.findings] == [(K.PRESUMED_SOURCE, 1, "P1")]
    assert noted.clean


async def test_state_of_channels_that_are_gone_is_noted(world: Database, damaged: Project) -> None:
    await do(world, kept("P1", heat=21.5, noise=3.0, mode=None), damaged)
    await do(world, kept("W", noise="loud"), damaged)
    for page in (1, 2_000):
        found = await drift(world, page=page)
        (noted,) = found.findings
        assert (noted.kind, noted.count, found.clean) == (K.STATE_LEFT, 2, True)
        assert "P1: noise, which no channel of Pump is kept as" in shown(found)


async def test_what_constraints_would_have_kept_out(world: Database, damaged: Project) -> None:
    for name in ("asset_id", "unique_Thing_serial", "key_PIPE", "id_Pump", "asset_name"):
        rows = await world.rows(None, _NAMES)
        (match,) = [row for row in rows if row[0].startswith(f"twin_{name}")]
        await do(world, f"DROP {'INDEX' if name in ('id_Pump', 'asset_name') else 'CONSTRAINT'} `{match[0]}`", damaged)
    try:
        await do(world, f"{P1} CREATE (q:Asset:Pump:Thing) SET q = properties(p)", damaged)
        await do(world, "MATCH (p {_id: 'P3'}) SET p.serial = 'S2'", damaged)
        await do(world, "MATCH (a)-[r:PIPE]->(b) CREATE (a)-[s:PIPE]->(b) SET s = properties(r)", damaged)
        for page in (1, 2_000):
            found = await drift(world, page=page)
            assert {finding.kind: finding.count for finding in found.findings} == {
                K.CONSTRAINT_MISSING: 3,
                K.INDEX_MISSING: 2,
                K.ASSET_DOUBLED: 1,
                K.NOT_UNIQUE: 2,
                K.RELATIONSHIP_DOUBLED: 3,
                K.COUNT_WRONG: 1,
            }, shown(found)
            assert found.assets == 8
            assert "serial of Thing is held by 2: P2, P3" in shown(found)
    finally:
        await do(world, "MATCH (n:Asset) DETACH DELETE n", damaged)
        await apply(damaged, world, owner="a test", actor="tester")


async def test_tenants_that_are_joined(world: Database, damaged: Project) -> None:
    await do(world, "CREATE (:_Tenant {_tenant: 'other', revision: 3, ontology: $hash})", damaged)
    await do(world, "CREATE (:Asset:Site:Space {_tenant: 'other', _id: 'P1', name: 'x', _rev: 3})", damaged)
    await do(world, "MATCH (s:Site {_tenant: 'other'}), (p:Pump {_id: 'P3'}) "
                    "CREATE (s)-[:CONTAINS {_key: 'k', _rev: 1}]->(p)", damaged)  # fmt: skip
    found = await drift(world)
    assert found.tenants == 2
    assert {finding.kind: finding.count for finding in found.findings} == {K.TENANTS_CROSSED: 1}
    assert found.findings[0].samples[0].detail == "from tenant other to tenant town"


async def test_samples_are_few_and_counts_are_whole(world: Database, damaged: Project) -> None:
    await do(world, "MATCH (t:_Tenant) REMOVE t.counted", damaged)  # counts that nobody reads are no drift
    await do(
        world, "UNWIND range(1, 50) AS i CREATE (:Asset:Site:Space {_tenant: 'town', _id: 'X' + i, _rev: 1})", damaged
    )
    for page, samples in ((7, 3), (2_000, 0)):
        found = await drift(world, page=page, samples=samples)
        (named,) = found.findings
        assert (named.kind, named.count, len(named.samples)) == (K.NAME_INVALID, 50, samples)


async def test_applying_counts_what_an_earlier_release_left_uncounted(world: Database, damaged: Project) -> None:
    await do(world, "MATCH (t:_Tenant) REMOVE t.counted", damaged)
    await do(world, "MATCH (c:_AssetCount) DELETE c", damaged)
    await do(world, "DROP CONSTRAINT twin_asset_count", damaged)
    assert [finding.kind for finding in (await drift(world)).findings] == [K.CONSTRAINT_MISSING]
    await apply(damaged, world, owner="a test", actor="tester")
    counts = Query(
        name="tests/read_counts",
        purpose="Counts that are kept, with the revision they belong to.",
        mode=Mode.READ,
        parameters={},
        columns=("counted", "type", "count"),
        plan=(),
        text="MATCH (t:_Tenant) MATCH (c:_AssetCount) RETURN t.counted, c.type, c.count ORDER BY c.type",
    )
    assert await world.rows(None, counts) == [[1, "Pump", 3], [1, "Room", 2], [1, "Site", 1], [1, "Well", 1]]
    assert (await drift(world)).clean


async def test_a_database_without_an_ontology_is_refused(own_server: Server, world: Database, damaged: Project) -> None:
    await empty_of_everything(world)
    with pytest.raises(OntologyMissing):
        await drift(world)


def test_every_kind_has_a_meaning_and_a_repair_and_is_tried_here() -> None:
    assert set(MEANINGS) == set(DriftKind)
    assert all(each.meaning and each.repair for each in MEANINGS.values())
    tried = {kind for damage in DAMAGES for kind in damage.found}
    elsewhere = {
        K.CONSTRAINT_MISSING, K.INDEX_MISSING, K.INDEX_OFFLINE, K.ASSET_DOUBLED, K.NOT_UNIQUE, K.RELATIONSHIP_DOUBLED,
        K.TENANTS_CROSSED, K.CONTAINMENT_CYCLE, K.PRESUMED_SOURCE, K.STATE_LEFT,
    }  # fmt: skip
    assert tried | elsewhere == set(DriftKind)
    assert "_Change" in system_labels()
