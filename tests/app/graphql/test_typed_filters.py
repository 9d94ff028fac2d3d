"""Whatever filter comes over values and relationships finds what a judge in memory finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.app.door import Door
from tests.pumping import ASSETS, RELATIONSHIPS, pumping

pytestmark = pytest.mark.neo4j

Filter: TypeAlias = "dict[str, Any]"

TYPES = pumping().asset_types
ENDS = {
    "powers": ("POWERS", 1, "Equipment"),
    "poweredBy": ("POWERS", -1, "Equipment"),
    "dependsOn": ("DEPENDS_ON", 1, "Equipment"),
    "containedIn": ("CONTAINS", -1, "Space"),
}
JUDGED: Mapping[str, Callable[[Iterable[bool]], bool]] = {
    "some": any,
    "all": all,
    "none": lambda fitting: not any(fitting),
    "someEdge": any,
    "allEdges": all,
    "noEdge": lambda fitting: not any(fitting),
}
NAMES = [name for _, each in ASSETS.values() for name in [each["name"]]]
ALONE = st.fixed_dictionaries(
    {},
    optional={
        "id": st.fixed_dictionaries({"in": st.lists(st.sampled_from(sorted(ASSETS)), max_size=4)}),
        "name": st.one_of(
            st.fixed_dictionaries({"eq": st.sampled_from(NAMES)}),
            st.fixed_dictionaries({"ne": st.sampled_from(NAMES)}),
            st.fixed_dictionaries({"startsWith": st.sampled_from(["P", "Pump", "R", ""])}),
        ),
    },
)


@st.composite
def filters(draw: st.DrawFn, owner: str, depth: int = 2) -> Filter:
    found: Filter = dict(draw(ALONE))
    if depth == 0:
        return found
    equipment = ("powers", "poweredBy", "dependsOn", "containedIn")
    parts = ("and", "or", "not", *(equipment if owner == "Equipment" else ("containedIn",)))
    for part in draw(st.lists(st.sampled_from(parts), max_size=2, unique=True)):
        if part == "not":
            found[part] = draw(filters(owner, depth - 1))
        elif part in ("and", "or"):
            found[part] = draw(st.lists(filters(owner, depth - 1), max_size=2))
        else:
            how = draw(st.lists(st.sampled_from(sorted(JUDGED)), min_size=1, max_size=2, unique=True))
            found[part] = {each: draw(of_ends(part, each, depth - 1)) for each in how}
    return found


@st.composite
def of_ends(draw: st.DrawFn, part: str, how: str, depth: int) -> Filter:
    node = draw(filters(ENDS[part][2], depth))
    if "Edge" not in how:
        return node
    edge: Filter = {"node": node} if draw(st.booleans()) else {}
    if part != "containedIn":
        edge["delay"] = {"isNull": draw(st.booleans())}
    return {"not": edge} if draw(st.booleans()) else edge


def fits(asset: str, wanted: Filter) -> bool:
    return all(holds(asset, name, value) for name, value in wanted.items())


def holds(asset: str, name: str, value: Any) -> bool:
    match name:
        case "id":
            return asset in value["in"]
        case "name":
            ((comparison, text),) = value.items()
            own = ASSETS[asset][1]["name"]
            return {"eq": own == text, "ne": own != text, "startsWith": own.startswith(text)}[comparison]
        case "and":
            return all(fits(asset, each) for each in value)
        case "or":
            return any(fits(asset, each) for each in value)
        case "not":
            return not fits(asset, value)
        case _:
            return all(
                JUDGED[how](joined(edge, each, how) for edge in ends(asset, name)) for how, each in value.items()
            )


def joined(edge: tuple[str, str], wanted: Filter, how: str) -> bool:
    """Whether an edge fits, by itself or by its other end."""
    end, terms = edge
    if "Edge" not in how:
        return fits(end, wanted)
    if "not" in wanted:
        return not joined(edge, wanted["not"], how)
    delayed = "delay" in wanted and wanted["delay"]["isNull"] is ("delay" in terms)
    return not delayed and fits(end, wanted.get("node", {}))


def ends(asset: str, name: str) -> Iterator[tuple[str, str]]:
    kind, way, _ = ENDS[name]
    for each, source, target, terms in RELATIONSHIPS:
        here, there = (source, target) if way == 1 else (target, source)
        if each == kind and here == asset:
            yield there, terms


# Every filter is planned anew: few, and none smaller once one fails.
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=[Phase.generate])
@given(several=st.lists(filters("Equipment"), min_size=5, max_size=5))
async def test_filters_find_what_they_say(door: Door, several: list[Filter]) -> None:
    asked = [f"q{n}: equipment(filter: $f{n}) {{ totalCount nodes {{ id }} }}" for n in range(len(several))]
    variables = ", ".join(f"$f{n}: EquipmentFilter" for n in range(len(several)))
    answer = await door.ask(
        f"query({variables}) {{ {' '.join(asked)} }}", **{f"f{n}": each for n, each in enumerate(several)}
    )
    equipment = sorted(asset for asset, (kind, _) in ASSETS.items() if "Equipment" in TYPES[kind].supertypes)
    for number, wanted in enumerate(several):
        expected = [asset for asset in equipment if fits(asset, wanted)]
        found = answer[f"q{number}"]
        assert [node["id"] for node in found["nodes"]] == expected, wanted
        assert found["totalCount"] == len(expected)
