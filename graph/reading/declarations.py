"""Which declarations a property has among wanted types, and whether an index finds few by a filter."""

from __future__ import annotations

from graph.errors import UnknownProperty
from graph.ontology.advice import nearest
from graph.ontology.model import PropertyDefinition
from graph.reading.comparing import SELECTIVE
from graph.reading.filters import AssetFilter
from graph.reading.kinds import Vocabulary


def declarations_of(
    vocabulary: Vocabulary, name: str, types: tuple[str, ...] | None, *, place: str
) -> tuple[PropertyDefinition, ...]:
    """Return the declarations of a property on `types` (None: any), or raise UnknownProperty with names near it."""
    declared = vocabulary.declarations(name)
    ontology = vocabulary.ontology
    # The types themselves as well: abstract ones may have no concrete ones below them.
    owners = (
        {kind for wanted in types for kind in (wanted, *ontology.concrete(wanted))}
        if types
        else set(ontology.asset_types)
    )
    having = [ontology.asset_types[owner] for owner in owners if name in ontology.asset_types[owner].properties]
    if having:
        here = {owner.properties[name].declared_by for owner in having}
        return tuple(definition for definition in declared if definition.declared_by in here)
    known = {known: None for owner in owners for known in ontology.asset_types[owner].properties}
    whose = " or ".join(types) if types else "No asset type"
    raise UnknownProperty(
        f"{whose} has {'no' if types else 'a'} property {name!r}",
        place=place,
        expected="a property of the ontology",
        actual=name,
        hint="`name` has a filter of its own" if name == "name" else nearest(name, known),
    )


def finds_few(wanted: AssetFilter, words: Vocabulary) -> bool:
    """Whether one condition, which must hold with all others, names ids, a name, or a value that has an index."""
    if wanted.ids is not None or any(each.comparison in SELECTIVE for each in wanted.name):
        return True
    for wished in wanted.properties:
        meant = wanted.types if wished.owner is None else (wished.owner,)
        declared = declarations_of(words, wished.name, meant, place="filter")
        if len(declared) == 1 and (declared[0].indexed or declared[0].unique):
            return any(each.comparison in SELECTIVE for each in wished.conditions)
    return False


def on_all(vocabulary: Vocabulary, definition: PropertyDefinition, types: tuple[str, ...] | None) -> bool:
    """Whether every asset of one of `types` has the property; not where any type may come."""
    kinds = [vocabulary.ontology.asset_type(name) for name in types or ()]
    return bool(kinds) and all(definition.declared_by in (kind.name, *kind.supertypes) for kind in kinds)
