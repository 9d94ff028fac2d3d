"""Operations on properties and channels of a type, and on the values of properties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from graph.ontology.model import Json
from migrations.operations.draft import (
    ASSET_TYPES,
    CHANNELS,
    MEMBERS,
    PROPERTIES,
    Definition,
    Draft,
    OperationRefused,
    change,
)
from migrations.operations.operation import Operation, changes, named, part, unset_of
from migrations.operations.succession import ease, retire


@dataclass(frozen=True, slots=True, kw_only=True)
class AddProperty:
    """Adds a property to a type that exists."""

    type: str
    name: str
    definition: Definition
    kind = "add_property"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"type": self.type, "property": {"name": self.name, **self.definition}}

    def apply(self, draft: Draft) -> None:
        """Add the property, or raise OperationRefused."""
        if self.definition.get("required"):
            raise OperationRefused(
                f"{self.type}.{self.name} can't be required from the start: what exists has no value for it",
                expected="a property that is not required",
                hint="Add it without `required`, fill it in `backfill`, and set `required` in `contract`",
            )
        draft.add_member(self.type, PROPERTIES, self.name, self.definition)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddChannel:
    """Adds a state channel to an asset type that exists."""

    type: str
    name: str
    definition: Definition
    kind = "add_channel"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"type": self.type, "channel": {"name": self.name, **self.definition}}

    def apply(self, draft: Draft) -> None:
        """Add the channel, or raise OperationRefused."""
        draft.element(ASSET_TYPES, self.type)
        draft.add_member(self.type, CHANNELS, self.name, self.definition)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMember:
    """Changes a property or channel at the type that declares it: anything but its name and id."""

    collection: str
    type: str
    name: str
    put: Definition
    unset: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Its name in files."""
        return f"change_{MEMBERS[self.collection]}"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"type": self.type, MEMBERS[self.collection]: self.name, **changes(self.put, self.unset)}

    def apply(self, draft: Draft) -> None:
        """Change the member, or raise OperationRefused."""
        change(draft.member(self.type, self.collection, self.name), self.put, self.unset)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveProperty:
    """Removes a property from the type that declares it; `erase` takes away the values that are there."""

    type: str
    name: str
    erase: bool = False
    kind = "remove_property"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"type": self.type, "property": self.name, **({"values": "erase"} if self.erase else {})}

    def prepare(self, draft: Draft) -> None:
        """Nothing: the property stays as it is until it goes."""

    def close(self, draft: Draft) -> None:
        """Let nobody write the property any more, where its values are taken away."""
        if self.erase:
            retire(draft, self.type, self.name)

    def open(self, draft: Draft) -> None:
        """Let the property be missing until its values are back."""
        ease(draft, self.type, self.name)

    def apply(self, draft: Draft) -> None:
        """Remove the property, or raise OperationRefused."""
        draft.remove_member(self.type, PROPERTIES, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveChannel:
    """Removes a state channel from the asset type that declares it."""

    type: str
    name: str
    kind = "remove_channel"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"type": self.type, "channel": self.name}

    def apply(self, draft: Draft) -> None:
        """Remove the channel, or raise OperationRefused."""
        draft.remove_member(self.type, CHANNELS, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class FillProperty:
    """Gives a value to every asset of a type that has none for a property."""

    type: str
    name: str
    value: Json
    kind = "fill_property"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"type": self.type, "property": self.name, "value": self.value}

    def apply(self, draft: Draft) -> None:
        """Change nothing: the ontology stays; or raise OperationRefused where it has no such property."""
        draft.element(ASSET_TYPES, self.type)
        draft.member(self.type, PROPERTIES, self.name)
        if self.value is None:
            raise OperationRefused(
                f"{self.type}.{self.name} can't be filled with nothing", expected="a value", hint="Name a value"
            )


def read_add_property(written: Definition) -> Operation:
    """Read `add_property`."""
    name, definition = named(written, "property")
    return AddProperty(type=str(written["type"]), name=name, definition=definition)


def read_add_channel(written: Definition) -> Operation:
    """Read `add_channel`."""
    name, definition = named(written, "channel")
    return AddChannel(type=str(written["type"]), name=name, definition=definition)


def read_change(collection: str) -> Callable[[Definition], Operation]:
    """Return the reader of the operation that changes a property or channel."""

    def read(written: Definition) -> Operation:
        return ChangeMember(
            collection=collection,
            type=str(written["type"]),
            name=str(written[MEMBERS[collection]]),
            put=part(written, "set"),
            unset=unset_of(written),
        )

    return read


def read_remove_property(written: Definition) -> Operation:
    """Read `remove_property`."""
    erase = written.get("values") == "erase"
    return RemoveProperty(type=str(written["type"]), name=str(written["property"]), erase=erase)


def read_remove_channel(written: Definition) -> Operation:
    """Read `remove_channel`."""
    return RemoveChannel(type=str(written["type"]), name=str(written["channel"]))


def read_fill(written: Definition) -> Operation:
    """Read `fill_property`."""
    return FillProperty(type=str(written["type"]), name=str(written["property"]), value=written["value"])
