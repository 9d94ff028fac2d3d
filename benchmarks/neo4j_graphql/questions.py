"""What both services are asked, each in its own schema, for the same fields of the same assets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.neo4j_graphql.assets import BUILDINGS, SENSORS, building, room, sensor

FIELDS: Final = "id name manufacturer model serialNumber quantity installedOn ratedPower"
VARIED: Final = 200
"""Bodies of a question, all different."""

Variables = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question in both schemas; `goal` is how many times as many of it ours is to answer.

    `found` are parts of both answers that must be equal, told from the data.
    """

    name: str
    ours: str
    theirs: str
    goal: float
    our_variables: Sequence[Variables]
    their_variables: Sequence[Variables]
    found: tuple[Callable[[Any], object], Callable[[Any], object]]


def questions(our_cursor: str) -> list[Question]:
    """Return all; the cursor stands at the end of page 99 of all sensors by name."""
    return [_point(), _list(100), _list(1_000), _tree(), *_pages(our_cursor), _related(), *_numbers()]


OUR_PAGE: Final = f"""
query ($first: Int, $after: String) {{ sensors(first: $first, after: $after, orderBy: [{{name: ASC}}]) {{
  nodes {{ {FIELDS} }} pageInfo {{ hasNextPage endCursor }} }} }}"""


def _point() -> Question:
    asked = [{"id": sensor(number * 131 % SENSORS)} for number in range(VARIED)]
    return Question(
        name="one asset and its room",
        ours=f"query ($id: ID!) {{ asset(id: $id) {{ ... on Sensor {{ {FIELDS} parents {{ id name }} }} }} }}",
        theirs=f"query ($id: ID!) {{ sensors(where: {{id: {{eq: $id}}}}) {{ {FIELDS} room {{ id name }} }} }}",
        goal=1,
        our_variables=asked,
        their_variables=asked,
        found=(
            lambda data: [data["asset"]["name"], data["asset"]["parents"]],
            lambda data: [data["sensors"][0]["name"], data["sensors"][0]["room"]],
        ),
    )


def _list(first: int) -> Question:
    asked = [{"first": first, "least": round(0.5 + number / 100, 2)} for number in range(VARIED)]
    return Question(
        name=f"{first:,} filtered and sorted",
        ours=f"""
query ($first: Int, $least: Float) {{ sensors(
  first: $first, orderBy: [{{name: ASC}}], filter: {{quantity: {{eq: TEMPERATURE}}, ratedPower: {{gte: $least}}}}
) {{ nodes {{ {FIELDS} }} }} }}""",
        theirs=f"""
query ($first: Int, $least: Float) {{ sensors(
  limit: $first, sort: [{{name: ASC}}], where: {{quantity: {{eq: TEMPERATURE}}, ratedPower: {{gte: $least}}}}
) {{ {FIELDS} }} }}""",
        goal=5,
        our_variables=asked,
        their_variables=asked,
        found=(lambda data: data["sensors"]["nodes"], lambda data: data["sensors"]),
    )


def _tree() -> Question:
    asked = [{"id": building(number % BUILDINGS)} for number in range(VARIED)]
    return Question(
        name="tree of three levels",
        ours=f"""
query ($id: ID!) {{ asset(id: $id) {{ id name ... on Building {{ code yearBuilt }}
  children(first: 50, types: ["Floor"]) {{ nodes {{ id name ... on Floor {{ storey }}
    children(first: 50, types: ["Room"]) {{ nodes {{ id name ... on Room {{ number area }}
      children(first: 50, types: ["Sensor"]) {{ nodes {{ ... on Sensor {{ {FIELDS} }} }} }} }} }} }} }} }} }}""",
        theirs=f"""
query ($id: ID!) {{ buildings(where: {{id: {{eq: $id}}}}) {{ id name code yearBuilt
  floors {{ id name storey rooms {{ id name number area sensors {{ {FIELDS} }} }} }} }} }}""",
        goal=3,
        our_variables=asked,
        their_variables=asked,
        found=(_our_leaves, _their_leaves),
    )


def _our_leaves(data: Any) -> object:
    floors = data["asset"]["children"]["nodes"]
    rooms = [each for floor in floors for each in floor["children"]["nodes"]]
    return sorted(each["id"] for inside in rooms for each in inside["children"]["nodes"])


def _their_leaves(data: Any) -> object:
    rooms = [each for floor in data["buildings"][0]["floors"] for each in floor["rooms"]]
    return sorted(each["id"] for inside in rooms for each in inside["sensors"])


def _pages(our_cursor: str) -> list[Question]:
    """Page 100 of theirs by offset: by the cursor of their connection one such page takes a minute and 1.4 GB."""

    def ours(data: Any) -> object:
        return data["sensors"]["nodes"]

    return [
        Question(
            name="page 1 of 272",
            ours=OUR_PAGE,
            theirs=f"""
query ($first: Int) {{ sensorsConnection(first: $first, sort: [{{name: ASC}}]) {{
  edges {{ node {{ {FIELDS} }} }} pageInfo {{ hasNextPage endCursor }} }} }}""",
            goal=8,
            our_variables=[{"first": 100}],
            their_variables=[{"first": 100}],
            found=(ours, lambda data: [each["node"] for each in data["sensorsConnection"]["edges"]]),
        ),
        Question(
            name="page 100 of 272",
            ours=OUR_PAGE,
            theirs=f"""
query ($first: Int) {{ sensors(limit: $first, offset: 9900, sort: [{{name: ASC}}]) {{ {FIELDS} }} }}""",
            goal=8,
            our_variables=[{"first": 100, "after": our_cursor}],
            their_variables=[{"first": 100}],
            found=(ours, lambda data: data["sensors"]),
        ),
    ]


def _related() -> Question:
    asked = [{"room": room(number * 17)} for number in range(VARIED)]
    return Question(
        name="filter by related asset",
        ours=f"""
query ($room: String) {{ sensors(
  first: 100, orderBy: [{{name: ASC}}], filter: {{containedIn: {{some: {{name: {{eq: $room}}}}}}}}
) {{ nodes {{ {FIELDS} }} }} }}""",
        theirs=f"""
query ($room: String) {{ sensors(
  limit: 100, sort: [{{name: ASC}}], where: {{room: {{some: {{name: {{eq: $room}}}}}}}}
) {{ {FIELDS} }} }}""",
        goal=1,
        our_variables=asked,
        their_variables=asked,
        found=(lambda data: data["sensors"]["nodes"], lambda data: data["sensors"]),
    )


def _numbers() -> list[Question]:
    asked = [{"least": round(number / 25, 2)} for number in range(VARIED)]
    where = "{ratedPower: {gte: $least}}"
    return [
        Question(
            name="count",
            ours="{ sensors { totalCount } }",
            theirs="{ sensorsConnection { totalCount } }",
            goal=1,
            our_variables=[{}],
            their_variables=[{}],
            found=(lambda data: data["sensors"]["totalCount"], lambda data: data["sensorsConnection"]["totalCount"]),
        ),
        Question(
            name="aggregate",
            ours=f"""
query ($least: Float) {{ sensors(filter: {where}) {{ aggregate(
  measures: [{{ratedPower: MEAN}}, {{ratedPower: MIN}}, {{ratedPower: MAX}}]) {{ count values }} }} }}""",
            theirs=f"""
query ($least: Float) {{ sensorsConnection(where: {where}) {{
  aggregate {{ count {{ nodes }} node {{ ratedPower {{ average min max }} }} }} }} }}""",
            goal=1,
            our_variables=asked,
            their_variables=asked,
            found=(
                lambda data: data["sensors"]["aggregate"][0]["count"],
                lambda data: data["sensorsConnection"]["aggregate"]["count"]["nodes"],
            ),
        ),
    ]
