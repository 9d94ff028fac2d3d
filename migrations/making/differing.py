"""What leads from one ontology to the next: operations by phase, and differences that no operation can express yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import rfc8785

from graph.errors import OntologyInvalid, Problem
from graph.ontology import ontology_from_canonical
from graph.ontology.model import Ontology
from migrations.making.channel_names import wrong_former_names
from migrations.making.moves import moves, moves_down
from migrations.making.narrowing import narrows_property, narrows_relationship_type, narrows_type
from migrations.making.ordering import order
from migrations.making.promotions import promoted
from migrations.making.successors import Answers, succession_of, successors_of
from migrations.operations import (
    ASSET_TYPES,
    CHANNELS,
    ENUMS,
    MEMBERS,
    NOUNS,
    PROPERTIES,
    RELATIONSHIP_TYPES,
    SECTIONS,
    AddChannel,
    AddElement,
    AddEnumValue,
    AddProperty,
    ChangeElement,
    ChangeMember,
    Definition,
    DescribeOntology,
    Draft,
    FillProperty,
    Operation,
    OrderEnumValues,
    Phase,
    RemoveChannel,
    RemoveElement,
    RemoveEnumValue,
    RemoveProperty,
    RenameChannel,
    ReplaceEnumValue,
    mapping,
    sparse,
)

_FACTS = ("name", "description", "compatibility")


@dataclass(slots=True)
class Difference:
    """Operations by phase, in the order they run, and what they leave out."""

    expand: list[Operation] = field(default_factory=list[Operation])
    backfill: list[Operation] = field(default_factory=list[Operation])
    contract: list[Operation] = field(default_factory=list[Operation])
    unexpressed: list[Problem] = field(default_factory=list[Problem])

    @property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, phase by phase."""
        return (*self.expand, *self.backfill, *self.contract)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fields:
    """Fields of one element that differ: what they are to be, and which go back to their defaults."""

    put: Definition
    unset: tuple[str, ...]

    @property
    def any(self) -> bool:
        return bool(self.put or self.unset)

    def only(self, names: frozenset[str]) -> _Fields:
        """Return those of `names`."""
        return _Fields(
            put={name: value for name, value in self.put.items() if name in names},
            unset=tuple(name for name in self.unset if name in names),
        )


def differing(
    head: Ontology | None,
    desired: Ontology,
    answers: Answers | None = None,
    *,
    past: Callable[[], Iterable[Ontology]] = tuple,
) -> Difference:
    """Return what leads from `head` (None: from nothing) to `desired`; `past` gives what led to the head."""
    answers = answers or Answers()
    found = Difference()
    before = sparse(head) if head is not None else {}
    after = sparse(desired)
    before = _move(head, desired, before, after, found)
    _describe(before, after, found)
    for section in SECTIONS:
        _section(section, before, after, found, answers)
    found.unexpressed.extend(wrong_former_names(before, after, answers, past))
    if head is not None:
        found.contract, problems = promoted(found.contract, head, desired, answers)
        found.unexpressed.extend(problems)
    depth = {
        name: len(kind.supertypes)
        for ontology in (head, desired)
        if ontology is not None
        for name, kind in ontology.asset_types.items()
    }
    found.expand.sort(key=lambda operation: order(operation, depth))
    found.contract.sort(key=lambda operation: order(operation, depth))
    if found.expand and found.contract and not found.unexpressed:
        found.unexpressed.extend(_apart(before, found.expand))
    return found


def _move(
    head: Ontology | None, desired: Ontology, before: Definition, after: Definition, found: Difference
) -> Definition:
    """Note which properties move, and return the document once they have."""
    if head is None:
        return before
    draft = Draft(before)
    for each in moves(head, desired, before, after):
        narrows = moves_down(each, head) or bool(draft.member(each.sources[0], PROPERTIES, each.name).get("required"))
        (found.contract if narrows else found.expand).append(each)
        each.apply(draft)
    return draft.value


def _apart(before: Definition, expand: Sequence[Operation]) -> Iterator[Problem]:
    """Yield why what is added can't be there together with what is taken away later."""
    draft = Draft(before)
    for operation in expand:
        operation.apply(draft)
    try:
        ontology_from_canonical(rfc8785.dumps(draft.value).decode())
    except OntologyInvalid as error:
        for problem in error.problems:
            yield Problem(
                code="DIFFERENCE_UNEXPRESSED",
                message=f"What is added clashes with what is taken away only afterwards: {problem.message}",
                hint="Take it away in one version, and add the other in the next; a channel with its `formerly`",
            )


def _describe(before: Definition, after: Definition, found: Difference) -> None:
    facts: Definition = {name: after[name] for name in _FACTS if name in after}
    if before and before["name"] != after["name"]:
        found.unexpressed.append(
            Problem(
                code="DIFFERENCE_UNEXPRESSED",
                message="The ontology's own name changed, and a database belongs to one ontology",
                expected=str(before["name"]),
                actual=str(after["name"]),
            )
        )
    elif facts != {name: before[name] for name in _FACTS if name in before}:
        found.expand.append(DescribeOntology(facts=facts))


def _section(section: str, before: Definition, after: Definition, found: Difference, answers: Answers) -> None:
    old, new = mapping(before, section), mapping(after, section)
    for name in _gone(NOUNS[section], old, new, found):
        found.contract.append(RemoveElement(section=section, name=name))
    for name in sorted(new):
        if name not in old:
            _new(section, name, new[name], found, first=not before)
            continue
        _same_id(f"{NOUNS[section]} {name}", old[name], new[name], found)
        if section == ENUMS:
            _enum(name, old[name], new[name], found, answers)
        else:
            _element(section, name, old[name], new[name], found)
            _members(section, name, old[name], new[name], found, answers)


def _new(section: str, name: str, definition: Definition, found: Difference, *, first: bool) -> None:
    """A relationship type that assets must have some of is added without that: those that exist have none."""
    wanted = definition.get("multiplicity")
    if first or section != RELATIONSHIP_TYPES or not isinstance(wanted, dict):
        found.expand.append(AddElement(section=section, name=name, definition=definition))
        return
    eased: Definition = {end: f"0..{str(count).rpartition('..')[2]}" for end, count in wanted.items()}
    found.expand.append(AddElement(section=section, name=name, definition={**definition, "multiplicity": eased}))
    if narrows_relationship_type({"multiplicity": eased}, {"multiplicity": wanted}):
        put: Definition = {"multiplicity": wanted}
        found.contract.append(ChangeElement(section=section, name=name, put=put))


def _enum(name: str, old: Definition, new: Definition, found: Difference, answers: Answers) -> None:
    changed = _fields(old, new, frozenset({"values"}))
    if changed.any:
        found.expand.append(ChangeElement(section=ENUMS, name=name, put=changed.put, unset=changed.unset))
    had, has = cast("list[str]", old["values"]), cast("list[str]", new["values"])
    removed = [value for value in had if value not in has]
    middle = list(had)
    for place, value in enumerate(has):
        if value not in had:
            before = next((other for other in has[place + 1 :] if other in middle), None)
            middle.insert(len(middle) if before is None else middle.index(before), value)
            found.expand.append(AddEnumValue(enum=name, value=value, before=before))
    if [value for value in middle if value not in removed] != has:
        found.expand.append(OrderEnumValues(enum=name, values=(*has, *removed)))
    for value in removed:
        by = answers.successors.get((name, value))
        operation = RemoveEnumValue(enum=name, value=value) if by is None else None
        found.contract.append(operation or ReplaceEnumValue(enum=name, value=value, by=str(by)))


def _element(section: str, name: str, old: Definition, new: Definition, found: Difference) -> None:
    changed = _fields(old, new, frozenset(MEMBERS))
    narrows = narrows_type if section == ASSET_TYPES else narrows_relationship_type
    for phase, part in _by_phase(changed, narrows(old, new)):
        operation = ChangeElement(section=section, name=name, put=part.put, unset=part.unset)
        (found.expand if phase is Phase.EXPAND else found.contract).append(operation)


def _members(section: str, owner: str, old: Definition, new: Definition, found: Difference, answers: Answers) -> None:
    had, has = mapping(old, PROPERTIES), mapping(new, PROPERTIES)
    successors = successors_of(owner, had, has, answers)
    for name in sorted(set(had) - set(has)):
        if name in successors:
            found.contract.append(succession_of(owner, name, successors[name], had, has))
            continue
        if had[name].get("required"):
            found.expand.append(ChangeMember(collection=PROPERTIES, type=owner, name=name, put={}, unset=("required",)))
        found.contract.append(RemoveProperty(type=owner, name=name, erase=answers.erase))
    for name in sorted(set(has) - set(successors.values())):
        if name in had:
            _same_id(f"property {owner}.{name}", had[name], has[name], found)
            changed = _fields(had[name], has[name], frozenset())
            for phase, part in _by_phase(changed, narrows_property(had[name], has[name])):
                operation = ChangeMember(collection=PROPERTIES, type=owner, name=name, put=part.put, unset=part.unset)
                (found.expand if phase is Phase.EXPAND else found.contract).append(operation)
        else:
            _added(section, owner, name, has[name], found)
    had, has = mapping(old, CHANNELS), mapping(new, CHANNELS)
    successors = successors_of(owner, had, has, answers)
    for name in sorted(set(had) - set(has)):
        to = successors.get(name)
        gone = RemoveChannel(type=owner, name=name) if to is None else RenameChannel(type=owner, name=name, to=to)
        found.contract.append(gone)
    for name in sorted(set(has) - set(had) - set(successors.values())):
        found.expand.append(AddChannel(type=owner, name=name, definition=has[name]))
    for name, to in sorted({**{name: name for name in set(had) & set(has)}, **successors}.items()):
        _same_id(f"channel {owner}.{to}", had[name], has[to], found)
        changed = _fields(had[name], has[to], frozenset({"formerly"}))
        if changed.any:
            found.expand.append(
                ChangeMember(collection=CHANNELS, type=owner, name=name, put=changed.put, unset=changed.unset)
            )


def _added(section: str, owner: str, name: str, definition: Definition, found: Difference) -> None:
    """A property that is required is optional at first; its default, where it has one, fills the assets there are."""
    optional = {key: value for key, value in definition.items() if key != "required"}
    found.expand.append(AddProperty(type=owner, name=name, definition=optional))
    if not definition.get("required"):
        return
    if section == ASSET_TYPES and definition.get("default") is not None:
        found.backfill.append(FillProperty(type=owner, name=name, value=definition["default"]))
    found.contract.append(ChangeMember(collection=PROPERTIES, type=owner, name=name, put={"required": True}))


def _by_phase(changed: _Fields, narrowing: frozenset[str]) -> Iterator[tuple[Phase, _Fields]]:
    every = frozenset({*changed.put, *changed.unset})
    for phase, names in ((Phase.EXPAND, every - narrowing), (Phase.CONTRACT, every & narrowing)):
        part = changed.only(names)
        if part.any:
            yield phase, part


def _fields(old: Definition, new: Definition, apart: frozenset[str]) -> _Fields:
    ignored = apart | {"id"}
    return _Fields(
        put={key: new[key] for key in sorted(new) if key not in ignored and old.get(key) != new[key]},
        unset=tuple(key for key in sorted(old) if key not in ignored and key not in new),
    )


def _gone(noun: str, old: Mapping[str, Definition], new: Mapping[str, Definition], found: Difference) -> Iterator[str]:
    """Yield what is gone; what goes on under another name is no removal, and can't be expressed yet."""
    names = {definition.get("id"): name for name, definition in new.items()}
    for name in sorted(set(old) - set(new)):
        renamed = names.get(old[name].get("id"))
        if renamed is None:
            yield name
            continue
        found.unexpressed.append(
            Problem(
                code="DIFFERENCE_UNEXPRESSED",
                message=f"The {_placed(noun, name)} was renamed to {renamed}, and this version can't rename yet",
                hint="Put the name back; or give the new one another id, which makes it another thing",
            )
        )


def _same_id(what: str, old: Definition, new: Definition, found: Difference) -> None:
    if old.get("id") != new.get("id"):
        found.unexpressed.append(
            Problem(
                code="DIFFERENCE_UNEXPRESSED",
                message=f"The {what} has another id, so it is another thing under a name that is taken",
                expected=str(old.get("id")),
                actual=str(new.get("id")),
                hint="Put the id back; or remove it in one version and add it in the next",
            )
        )


def _placed(noun: str, name: str) -> str:
    return f"{noun}{name}" if noun.endswith(".") else f"{noun} {name}"
