"""Supply properties: what every relationship type with impact carries, whatever its author declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from graph.ontology.model import Datatype, EnumType, PropertyDefinition

LARGEST = 1_000_000_000.0
"""Ceiling of `needs` and `capacity`: in thousandths it stays exact as a float, and sums stay in 64 bits."""

DECIMALS = 3
LEAST_LOSS = 0.000_001
"""Operability is counted in millionths: a smaller loss would lose nothing."""

COMBINE = EnumType(id="enum:Combine", name="Combine", values=("QUORUM", "CAPACITY"))

SUPPLY_PROPERTIES: Mapping[str, PropertyDefinition] = {
    definition.name: definition
    for definition in (
        PropertyDefinition(
            id="supply/group",
            name="group",
            datatype=Datatype.STRING,
            declared_by="",
            pattern=".+",
            description="Name of the redundancy group at the dependant: supplies of one name are interchangeable. "
            "Unset: a REQUIREMENT is a group of its own, all of a FLOW type are one.",
        ),
        PropertyDefinition(
            id="supply/needs",
            name="needs",
            datatype=Datatype.FLOAT,
            declared_by="",
            minimum=0.0,
            maximum=LARGEST,
            scale=DECIMALS,
            default=1.0,
            description="How many members (QUORUM) or how much capacity (CAPACITY) the group needs.",
        ),
        PropertyDefinition(
            id="supply/combine",
            name="combine",
            datatype=Datatype.ENUM,
            declared_by="",
            enum=COMBINE,
            default="QUORUM",
            description="QUORUM counts members, CAPACITY adds what they can carry (REQUIREMENT alone).",
        ),
        PropertyDefinition(
            id="supply/capacity",
            name="capacity",
            datatype=Datatype.FLOAT,
            declared_by="",
            minimum=0.0,
            maximum=LARGEST,
            scale=DECIMALS,
            default=1.0,
            description="What this supply can carry, used by CAPACITY alone.",
        ),
        PropertyDefinition(
            id="supply/loss",
            name="loss",
            datatype=Datatype.FLOAT,
            declared_by="",
            minimum=LEAST_LOSS,
            maximum=1.0,
            default=1.0,
            description="Share of the dependant's operability lost when the group gives nothing.",
        ),
        PropertyDefinition(
            id="supply/delay",
            name="delay",
            datatype=Datatype.DURATION,
            declared_by="",
            default="PT0S",
            description="How long the dependant rides through after this supply changes (a battery, a tank).",
        ),
        PropertyDefinition(
            id="supply/open",
            name="open",
            datatype=Datatype.BOOLEAN,
            declared_by="",
            default=False,
            description="The relationship exists but carries nothing now (an open switch, a closed valve).",
        ),
    )
}


def supply_properties(relationship_type: str) -> dict[str, PropertyDefinition]:
    """Return the supply properties as those of `relationship_type`.

    CAPACITY is among the values of `combine` for FLOW too; that it is for REQUIREMENT alone (in a FLOW loop it would
    feed itself) is judged with the group as a whole, where the two supplies can be named.
    """
    return {
        name: replace(definition, id=f"relationship:{relationship_type}/{name}", declared_by=relationship_type)
        for name, definition in SUPPLY_PROPERTIES.items()
    }
