"""Cases of operations by which enums and channels change their names, and values become assets and back."""

from __future__ import annotations

from hypothesis import strategies as st

from migrations.operations import (
    ASSET_TYPES,
    RELATIONSHIP_TYPES,
    AddElement,
    AddProperty,
    DemoteProperty,
    PromoteProperty,
    RenameChannel,
    RenameEnum,
)
from tests.migrations.operations.case import Case, declared, definition_of
from tests.migrations.operations.worlds import Definition


def rename_enum(draw: st.DrawFn, document: Definition) -> Case:
    name = draw(st.sampled_from(("Fuel", "Grade")))
    return Case(contract=(RenameEnum(name=name, to="Renamed"),))


def rename_channel(draw: st.DrawFn, document: Definition) -> Case:
    return Case(contract=(RenameChannel(type="Pump", name="vibration", to="shaking"),))


def promote_property(draw: st.DrawFn, document: Definition) -> Case:
    """Let values be assets of a new type, or of one that there are assets of."""
    owner, name = draw(
        st.sampled_from(
            [
                (owner, name)
                for owner, name in declared(document)
                if definition_of(document, owner, name)["datatype"] in ("string", "enum")
            ]
        )
    )
    to = draw(st.sampled_from(("Maker", "Label")))
    maker = AddElement(section=ASSET_TYPES, name="Maker", definition={})
    made_by = AddElement(section=RELATIONSHIP_TYPES, name="MADE_BY", definition={"from": [owner], "to": [to]})
    promoted = PromoteProperty(type=owner, name=name, to=to, by="MADE_BY")
    return Case(expand=(*((maker,) if to == "Maker" else ()), made_by), contract=(promoted,))


def demote_property(draw: st.DrawFn, document: Definition) -> Case:
    """Let labels be values of meters; labels stay, for some are related to nothing."""
    added = AddProperty(type="Meter", name="label", definition={"datatype": "string", "indexed": draw(st.booleans())})
    return Case(expand=(added,), contract=(DemoteProperty(type="Meter", name="label", by="LABELLED"),))
