"""The part of the root of reads that is about the service itself, and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import strawberry

from app.graphql.info import TwinInfo
from app.graphql.selection import Asked
from app.graphql.types.service import ServiceStatus
from app.telemetry import Objectives
from graph.access import Scope
from graph.clock import text_of_micros
from graph.health import SourceSeen
from graph.identity import Tenant
from graph.ontology.model import Json
from graph.reading import Row
from graph.reading.limits import LIMITS, within_limit

FIRST = 100


@strawberry.type
class ServiceQuery:
    """The part of the root of reads."""

    @strawberry.field(
        graphql_type=ServiceStatus,
        description="Whether events can be asked for in time, and which sources fell silent.",
    )
    async def service(self, info: TwinInfo) -> Row:
        """The status."""
        context = info.context
        context.principal.demand(Scope.READ)
        tenant = context.principal.tenant
        sources: Sequence[SourceSeen] = ()
        now = 0
        if any(asked.name != "objective" for asked in info.fields):
            standing, now = await context.health.standing(tenant)
            sources = sorted(standing.sources.values(), key=lambda each: (each.received, each.source))
        silence = round(context.source_silence * 1e6)
        silent = {each.source for each in sources if now - each.received > silence}
        return {asked.key: _value(asked, context.objectives, tenant, sources, silent=silent) for asked in info.fields}


def _value(
    asked: Asked, objectives: Objectives, tenant: Tenant, sources: Sequence[SourceSeen], *, silent: set[str]
) -> Json:
    match asked.name:
        case "objective":
            return _objective_row(objectives, tenant)
        case "sourceCount":
            return len(sources)
        case "silentSourceCount":
            return len(silent)
        case _:
            wanted = asked.arguments.get("silent")
            given = asked.arguments.get("first")
            first = FIRST if given is None else cast("int", given)
            within_limit(first, LIMITS.first, place="first", what="The number of sources")
            chosen = [each for each in sources if wanted is None or (each.source in silent) is wanted]
            return [_source_row(each, silent=each.source in silent) for each in chosen[:first]]


def _objective_row(objectives: Objectives, tenant: Tenant) -> Row:
    return {
        "seconds": objectives.objective.seconds,
        "share": objectives.objective.share,
        "state": str(objectives.verdict(tenant)),
        "burnRates": [
            {"window": each.window, "events": each.events, "late": each.late, "rate": each.rate}
            for each in objectives.burns(tenant)
        ],
    }


def _source_row(each: SourceSeen, *, silent: bool) -> Row:
    return {
        "source": each.source,
        "lastEvent": text_of_micros(each.event),
        "lastReceived": text_of_micros(each.received),
        "silent": silent,
    }
