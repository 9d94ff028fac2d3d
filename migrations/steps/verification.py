"""Looking whether the data is as demands want it: counted exactly, with samples, in all tenants."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from graph.changes.statements import of_edge_pair, of_edge_property, of_end, of_pair, of_property
from graph.database import ReadUnit, Row
from graph.errors import Problem
from graph.ontology.model import Datatype, PropertyDefinition
from graph.ontology.numerics import scaled_range
from graph.ontology.scalars import INDEXED_BYTES
from migrations.effects import Demand, Rule
from migrations.errors import DataInTheWay
from queries import Query, named

SAMPLES: Final = 3
_EVERY: Final = 2**62
_OF_ASSETS: Final = ("migrations/count_breaking_assets", "migrations/list_breaking_assets")
_OF_RELATIONSHIPS: Final = ("migrations/count_breaking_relationships", "migrations/list_breaking_relationships")
_BEHIND_ASSETS: Final = ("migrations/count_behind_assets", "migrations/list_behind_assets")
_BEHIND_RELATIONSHIPS: Final = ("migrations/count_behind_relationships", "migrations/list_behind_relationships")


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A demand that data does not meet: by how many assets or relationships, and the first few as tenant and id."""

    demand: Demand
    number: int
    samples: tuple[tuple[str, ...], ...]

    @property
    def problem(self) -> Problem:
        """The same as a problem."""
        what = "relationships" if self.demand.of_relationships else "assets"
        shown = "; ".join(f"{' -> '.join(ids)} of tenant {tenant}" for tenant, *ids in self.samples)
        first = f", e.g. {shown}" if shown else ""
        return Problem(
            code="DATA_IN_THE_WAY",
            message=f"{self.demand.element}: {self.demand.says}",
            place=self.demand.element,
            expected="none that differ",
            actual=f"{self.number:,} {what if self.number > 1 else what[:-1]}{first}",
            hint="Correct or delete them, then try again; nothing was changed",
        )


async def breaches(unit: ReadUnit, wanted: Iterable[Demand]) -> tuple[Breach, ...]:
    """Return what data does not meet of `wanted`. Cost: a look at all that is of the types concerned, for each."""
    found = [await _breach(unit, demand) for demand in wanted]
    return tuple(each for each in found if each is not None)


async def verify_data(unit: ReadUnit, wanted: Iterable[Demand]) -> None:
    """Raise DataInTheWay with all that data does not meet."""
    found = await breaches(unit, wanted)
    if found:
        raise DataInTheWay(
            "Data that is there would not be valid afterwards",
            tuple(each.problem for each in found),
            hint="Nothing was changed by this step; correct the data, then go on with the same command",
        )


async def _breach(unit: ReadUnit, demand: Demand) -> Breach | None:
    match demand.rule:
        case Rule.UNIQUE:
            query = of_property("migrations/list_doubled_values", demand.type, _property(demand).name)
            rows = await unit.rows(query, {"most": SAMPLES})
        case Rule.MULTIPLICITY:
            rows = await _crowded(unit, demand)
        case Rule.IN_STEP:
            return await _behind(unit, demand)
        case Rule.SOURCES:
            rows = await unit.rows(named("migrations/list_named_sources"), {"type": demand.type, "most": SAMPLES})
        case _:
            return await _broken(unit, demand)
    number, samples = rows[0]
    return Breach(demand=demand, number=number, samples=tuple(map(tuple, samples))) if number else None


async def _crowded(unit: ReadUnit, demand: Demand) -> list[Row]:
    assert demand.limit is not None, "a demand for a multiplicity has one"
    assert demand.by is not None, "and names the relationship type"
    # Who may stand at the target end has so many sources, and the other way round.
    crowded = "migrations/list_crowded_targets" if demand.end == "sources" else "migrations/list_crowded_sources"
    query = of_end(crowded, demand.by, demand.type)
    maximum = _EVERY if demand.limit.maximum is None else demand.limit.maximum
    return await unit.rows(
        query,
        {"minimum": demand.limit.minimum, "maximum": maximum, "symmetric": demand.symmetric, "most": SAMPLES},
    )


async def _behind(unit: ReadUnit, demand: Demand) -> Breach | None:
    follower = _property(demand)
    assert follower.follows is not None, "what is to be in step follows another"
    count, sample = _BEHIND_RELATIONSHIPS if demand.of_relationships else _BEHIND_ASSETS
    of = of_edge_pair if demand.of_relationships else of_pair
    names = (demand.type, follower.follows.property, follower.name)
    ((number,),) = await unit.rows(of(count, *names))
    if not number:
        return None
    rows = await unit.rows(of(sample, *names), {"most": SAMPLES})
    return Breach(demand=demand, number=number, samples=tuple(tuple(map(str, row)) for row in rows))


async def _broken(unit: ReadUnit, demand: Demand) -> Breach | None:
    given = await _parameters(unit, demand)
    if given is None:
        return None
    count, sample = _OF_RELATIONSHIPS if demand.of_relationships else _OF_ASSETS
    ((number,),) = await unit.rows(_query(count, demand), given)
    if not number:
        return None
    rows = await unit.rows(_query(sample, demand), {**given, "most": SAMPLES})
    return Breach(demand=demand, number=number, samples=tuple(tuple(map(str, row)) for row in rows))


async def _parameters(unit: ReadUnit, demand: Demand) -> dict[str, object] | None:
    """What the counting statements are given; None where nothing can be wrong."""
    definition = demand.definition
    given: dict[str, object] = {"rule": demand.rule.value, "minimum": None, "maximum": None}
    given |= {"exclusive": False, "values": []}
    if demand.of_relationships:
        sources, targets = demand.ends or ((), ())
        given |= {"sources": list(sources), "targets": list(targets), "symmetric": demand.symmetric}
    else:
        given["below"] = list(demand.below)
    if demand.rule is Rule.RANGE and definition is not None:
        given |= _bounds(definition)
    elif demand.rule is Rule.LISTED and definition is not None and definition.enum is not None:
        given["values"] = list(definition.enum.values)
    elif demand.rule in (Rule.PATTERN, Rule.SHORT):
        given["values"] = await (_unmatched if demand.rule is Rule.PATTERN else _too_long)(unit, demand)
        return given if given["values"] else None
    return given


async def _unmatched(unit: ReadUnit, demand: Demand) -> list[str]:
    """Texts that do not fit: judged here, for the database's expressions are not those of the ontology."""
    definition = _property(demand)
    assert definition.pattern is not None, "a demand for a pattern has one"
    listing = "migrations/list_relationship_texts" if demand.of_relationships else "migrations/list_asset_texts"
    ((texts,),) = await unit.rows(_query(listing, demand))
    pattern = re.compile(definition.pattern)
    return [text for text in texts if pattern.fullmatch(text) is None]


async def _too_long(unit: ReadUnit, demand: Demand) -> list[str]:
    """Texts that no index takes."""
    query = _query("migrations/list_long_texts", demand)
    ((texts,),) = await unit.rows(query, {"characters": INDEXED_BYTES // 4})
    return [text for text in texts if len(text.encode()) > INDEXED_BYTES]


def _query(name: str, demand: Demand) -> Query:
    property_name = demand.definition.name if demand.definition is not None else "name"
    return (of_edge_property if demand.of_relationships else of_property)(name, demand.type, property_name)


def _bounds(definition: PropertyDefinition) -> dict[str, object]:
    """The range as values are stored: integers and scaled integers exactly, as they are when they are written."""
    if definition.datatype in (Datatype.INT, Datatype.DECIMAL):
        power = 10**definition.scale if definition.datatype is Datatype.DECIMAL else 1
        least, most = scaled_range(definition, power)
        return {"minimum": least, "maximum": most}
    return {
        "minimum": definition.minimum,
        "maximum": definition.maximum,
        "exclusive": definition.exclusive_minimum,
    }


def _property(demand: Demand) -> PropertyDefinition:
    assert demand.definition is not None, "a demand on values has a property"
    return demand.definition
