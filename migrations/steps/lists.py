"""Which steps over data a migration has, phase by phase, and which demands they see to themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from graph.ontology.model import Datatype, Ontology, PropertyDefinition
from migrations.effects import Demand, Rule
from migrations.files import Migration, Placed
from migrations.operations import (
    ComputeProperties,
    ConvertProperty,
    FillProperty,
    Operation,
    RemoveProperty,
    RenameProperty,
    RenameRelationshipType,
    ReplaceEnumValue,
    RetypeAssets,
    SucceedProperty,
)
from migrations.steps.computing import Compute
from migrations.steps.data_steps import DataStep, Erase, Fill, Follow, Lead
from migrations.steps.reshaping import Replace, Retype, Rewire

Following = TypeVar("Following", bound=Follow)


def filling(migration: Migration, ontology: Ontology) -> tuple[DataStep, ...]:
    """Return the steps of the backfill phase; `ontology` is in force meanwhile."""
    own = (step for placed in migration.backfill for step in _filling(placed, ontology))
    return *own, *_successions(Follow, migration, ontology)


def _filling(placed: Placed, ontology: Ontology) -> Iterator[DataStep]:
    match placed.operation:
        case FillProperty(type=owner, name=name, value=value):
            yield Fill(type=owner, definition=_definition(ontology, owner, name), value=value)
        case ComputeProperties() as operation:
            yield Compute(operation=operation, place=placed.place)
        case _:
            pass


def given(migration: Migration, ontology: Ontology) -> Iterator[Erase]:
    """Yield what takes away the values that a migration gives, asset by asset: where nobody has changed them since."""
    for step in filling(migration, ontology):
        if isinstance(step, Fill):
            yield Erase(type=step.type, definition=step.definition, of_relationships=step.of_relationships)
        elif isinstance(step, Compute):
            for name in step.operation.sets:
                definition = _definition(ontology, step.operation.type, name)
                yield Erase(type=definition.declared_by, definition=definition, of_relationships=False)


def erasing(migration: Migration, ontology: Ontology) -> tuple[DataStep, ...]:
    """Return the steps of the contract phase; `ontology` is in force meanwhile."""
    return tuple(step for placed in migration.contract for step in _contracting(placed.operation, ontology))


def _contracting(operation: Operation, ontology: Ontology) -> Iterator[DataStep]:
    match operation:
        case RenameProperty() | ConvertProperty() | RemoveProperty(erase=True):
            yield Erase(
                type=operation.type,
                definition=_definition(ontology, operation.type, operation.name),
                of_relationships=operation.type in ontology.relationship_types,
            )
        case RetypeAssets():
            yield Retype(
                type=operation.type,
                by=operation.by,
                types=operation.types,
                below=ontology.asset_type(operation.type).subtypes,
                properties=operation.properties,
            )
        case RenameRelationshipType():
            yield Rewire(type=operation.name, to=operation.to, turned=operation.reverse)
        case ReplaceEnumValue():
            for owner, definition in _uses(ontology, operation.enum):
                yield Replace(
                    type=owner,
                    name=definition.name,
                    of_relationships=owner in ontology.relationship_types,
                    value=operation.value,
                    by=operation.by,
                )
        case _:
            pass


def _uses(ontology: Ontology, enum: str) -> Iterator[tuple[str, PropertyDefinition]]:
    """Yield the properties that hold values of an enum, where they are declared."""
    kinds = (*ontology.asset_types.values(), *ontology.relationship_types.values())
    for kind in kinds:
        for definition in kind.properties.values():
            of_enum = definition.enum is not None and definition.enum.name == enum
            if of_enum and definition.datatype is Datatype.ENUM and definition.declared_by == kind.name:
                yield kind.name, definition


def apart_from_returns(migration: Migration, wanted: Iterable[Demand]) -> tuple[Demand, ...]:
    """Return the demands that tell something before the steps of `returning` have run."""
    operations = tuple(placed.operation for placed in migration.contract)
    made = {name for each in operations if isinstance(each, RetypeAssets) for name in each.types.values()}
    replaced = any(isinstance(each, ReplaceEnumValue) for each in operations)
    later = {Rule.PRESENT, *([Rule.LISTED] if replaced else [])}
    return tuple(
        each for each in wanted if each.rule not in later and (each.rule is not Rule.NONE or each.type not in made)
    )


def returning(migration: Migration, ontology: Ontology) -> tuple[DataStep, ...]:
    """Return the steps that bring back what others have taken the place of; `ontology` is in force then."""
    renamed = (placed.operation for placed in reversed(migration.contract))
    back = (
        Rewire(type=each.to, to=each.name, turned=each.reverse)
        for each in renamed
        if isinstance(each, RenameRelationshipType)
    )
    return *back, *leading(migration, ontology)


def leading(migration: Migration, ontology: Ontology) -> tuple[Lead, ...]:
    """Return those of `returning` that bring back properties which others have taken the place of."""
    return tuple(_successions(Lead, migration, ontology))


def _successions(kind: type[Following], migration: Migration, ontology: Ontology) -> Iterator[Following]:
    for each in _succeeding(migration):
        yield kind(
            type=each.type,
            leader=_definition(ontology, each.type, each.name),
            definition=_definition(ontology, each.type, each.successor),
            of_relationships=each.type in ontology.relationship_types,
        )


def _succeeding(migration: Migration) -> Iterator[SucceedProperty]:
    for placed in migration.contract:
        if isinstance(placed.operation, SucceedProperty):
            yield placed.operation


def taking_back(
    migration: Migration, before: Ontology, ontology: Ontology, *, everything: bool
) -> tuple[DataStep, ...]:
    """Return the steps that take away what nobody has who goes back to `before`; `ontology` is in force meanwhile.

    What takes the place of a property is kept in that; other values are what somebody wrote, and are taken away only
    with `everything`.
    """
    followers = {(each.type, each.successor) for each in _succeeding(migration)}
    steps: list[DataStep] = []
    for owner, definition in _added(before, ontology):
        if everything or (owner, definition.name) in followers:
            relationships = owner in ontology.relationship_types
            steps.append(Erase(type=owner, definition=definition, of_relationships=relationships))
    return tuple(steps)


def _added(before: Ontology, after: Ontology) -> Iterator[tuple[str, PropertyDefinition]]:
    """Yield the properties that types of `before` got, where they are declared."""
    kinds = (
        (before.asset_types, after.asset_types.values()),
        (before.relationship_types, after.relationship_types.values()),
    )
    for known, kinds_after in kinds:
        for kind in kinds_after:
            had = known[kind.name].properties if kind.name in known else None
            for name, definition in kind.properties.items():
                if had is not None and name not in had and definition.declared_by == kind.name:
                    yield kind.name, definition


def left_by(steps: Iterable[DataStep], wanted: Iterable[Demand]) -> tuple[Demand, ...]:
    """Return the demands that the steps do not see to themselves."""
    met = {rule for step in steps for rule in _met_by(step)}
    return tuple(each for each in wanted if (each.rule, each.element) not in met)


def _met_by(step: DataStep) -> Iterator[tuple[Rule, str]]:
    """Yield rule and element of the demands that hold once the step has run."""
    match step:
        case Fill():
            yield Rule.PRESENT, f"{step.type}.{step.definition.name}"
        case Erase():
            yield Rule.ABSENT, f"{step.type}.{step.definition.name}"
        case Follow():
            yield Rule.IN_STEP, f"{step.type}.{step.definition.name}"
            if step.leader.required:
                yield Rule.PRESENT, f"{step.type}.{step.definition.name}"
        case _:
            yield from step.met


def _definition(ontology: Ontology, owner: str, name: str) -> PropertyDefinition:
    kind = ontology.relationship_types.get(owner) or ontology.asset_type(owner)
    return ontology.property_of(kind, name)
