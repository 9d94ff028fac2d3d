"""Text for walks along relationships: what is reached, what joins it, shortest ways. Pure, from the ontology alone."""

from __future__ import annotations

from collections.abc import Sequence

from graph.reading.directions import Direction, arrow
from graph.reading.kinds import labels


def reach_text(types: Sequence[str], direction: Direction, depth: int | None) -> str:
    """Return the statement that ranks what `$roots` reach by distance and then id.

    Columns: ids up to and with the rank (`$depth`, `$id`), the next `$limit` as `[distance, id]`, roots that don't
    exist. Only the distance is kept of each path, so the planner walks breadth first and visits an asset once a root.
    """
    walk = "MATCH (root:Asset {_tenant: $tenant, _id: id}) WITH root AS n, 0 AS depth"
    if types:
        walk = (
            "MATCH (root:Asset {_tenant: $tenant, _id: id}) "
            f"MATCH p = (root){arrow(direction, f':{labels(types)}*0..{depth or str()}')}(n:Asset) "
            "WITH n, min(length(p)) AS depth"
        )
    shown = "x[0] < $depth OR (x[0] = $depth AND x[1] <= $id)"
    return (
        f"UNWIND $roots AS id {walk} ORDER BY depth, n._id WITH collect([depth, n._id]) AS reached "
        f"RETURN [x IN reached WHERE {shown} | x[1]], [x IN reached WHERE NOT ({shown})][..$limit], "
        "COLLECT { UNWIND $roots AS id WITH id WHERE NOT EXISTS { MATCH (:Asset {_tenant: $tenant, _id: id}) } "
        "RETURN id }"
    )


def joining_text(types: Sequence[str], expression: str) -> str:
    """Return the statement for relationships with one end in `$page` and the other in `$known`, at most `$limit`."""
    return (
        "UNWIND $page AS id MATCH (a:Asset {_tenant: $tenant, _id: id}) "
        f"MATCH (a)-[r:{labels(types)}]-(b:Asset) WHERE b._id IN $known "
        "WITH DISTINCT r ORDER BY type(r), r._key LIMIT $limit "
        f"WITH r, startNode(r) AS rf, endNode(r) AS rt RETURN {expression}"
    )


def shortest_text(types: Sequence[str], direction: Direction, depth: int | None) -> str:
    """Return the statement for a shortest way from each of `$spurs` to `$to`.

    A spur is `[position, id, ids not to pass, relationships not to take]`, a relationship `[type, _key]`. Columns:
    position, ids, relationships. `shortestPath` searches from both ends and takes these predicates into the search.
    """
    pattern = arrow(direction, f":{labels(types)}*1..{depth or ''}")
    return (
        "UNWIND $spurs AS spur MATCH (a:Asset {_tenant: $tenant, _id: spur[1]}) "
        "MATCH (b:Asset {_tenant: $tenant, _id: $to}) "
        f"MATCH p = shortestPath((a){pattern}(b)) "
        "WHERE none(x IN nodes(p) WHERE x._id IN spur[2]) "
        "AND none(r IN relationships(p) WHERE [type(r), r._key] IN spur[3]) "
        "RETURN spur[0], [x IN nodes(p) | x._id], [r IN relationships(p) | [type(r), r._key]]"
    )


def named_relationships_text(types: Sequence[str], expression: str) -> str:
    """Return the statement for relationships given as `[id, id, type, _key]` in `$joins`: type, _key, row."""
    return (
        "UNWIND $joins AS x MATCH (a:Asset {_tenant: $tenant, _id: x[0]}) "
        f"MATCH (a)-[r:{labels(types)}]-(b:Asset {{_tenant: $tenant, _id: x[1]}}) "
        "WHERE type(r) = x[2] AND r._key = x[3] "
        f"WITH DISTINCT r WITH r, startNode(r) AS rf, endNode(r) AS rt RETURN type(r), r._key, {expression}"
    )
