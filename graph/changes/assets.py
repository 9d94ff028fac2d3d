"""Creating and changing assets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from graph.changes.draft import AssetWrite
from graph.changes.images import AssetImage, Link, LinkImage
from graph.changes.model import Presence
from graph.changes.rules import AssetRule, LinkRule
from graph.changes.stepping import in_step
from graph.changes.trial import Trial
from graph.errors import InvalidInput
from graph.ontology.codec import Stored


def write_asset(trial: Trial, write: AssetWrite) -> None:
    """Put the asset as asked for into the world, then its place in the hierarchy."""
    trial.origin[write.id] = write.index
    if write.rule is None:
        trial.phantoms.add(write.id)
        return
    before = trial.world.assets.get(write.id)
    if before is None and write.presence is Presence.THERE:
        refuse_unknown_asset(trial, write.index, ".id", write.id)
        trial.phantoms.add(write.id)
        return
    if before is not None and write.presence is Presence.NEW:
        _refuse_existing(trial, write, before)
        trial.phantoms.add(write.id)
        return
    if before is None and write.rule.type.closed:
        refuse_closed(trial, write.index, write.id, write.rule.type.name, "asset")
        trial.phantoms.add(write.id)
        return
    if before is not None and before.type != write.rule.type.name and not write.retype:
        _refuse_retyping(trial, write, before)
        trial.phantoms.add(write.id)
        return
    if before is not None and before.type != write.rule.type.name:
        before = _retyped(write.rule, before)
    try:
        image = _created(write, write.rule) if before is None else _changed(write, write.rule, before)
    except InvalidInput as error:
        refuse_value(trial, write.index, error, asset=write.id)
        trial.phantoms.add(write.id)
        return
    trial.world.put_asset(write.id, image)
    if write.parents is not None:
        place_asset(trial, write)


def require_values(trial: Trial) -> None:
    """Refuse assets that lack a required property at the end."""
    for asset, before, after in trial.world.changed_assets():
        if after is None or (before is not None and before.properties == after.properties):
            continue
        rule = trial.world.rules.assets[after.type]
        given = _given(trial, asset)
        for name in rule.values.required:
            if name not in after.properties and name not in given:
                trial.refuse(
                    "REQUIRED_MISSING",
                    f"{after.type} {asset} needs {name}",
                    change=trial.origin.get(asset),
                    at=f".properties.{name}",
                    asset=asset,
                    property=name,
                    expected=rule.values.expected(name),
                    actual="nothing",
                    hint=f"Give {name} a value",
                )


def _given(trial: Trial, asset: str) -> frozenset[str]:
    change = trial.origin.get(asset)
    operation = None if change is None else trial.draft.operations[change]
    return operation.faulty if isinstance(operation, AssetWrite) else frozenset()


def _created(write: AssetWrite, rule: AssetRule) -> AssetImage:
    given = {**rule.values.defaults, **write.values}
    values = without_nothing(in_step(rule.values.successions, {}, given, write.values))
    return AssetImage(
        rule.type.name,
        write.id if write.name is None else write.name,
        values,
        write.external_ids or (),
        write.source_of or (),
    )


def _changed(write: AssetWrite, rule: AssetRule, before: AssetImage) -> AssetImage:
    kept = _kept_on_replacing(rule, before) if write.replace else before.properties
    given = {**kept, **write.values}
    return replace(
        before,
        name=before.name if write.name is None else write.name,
        properties=without_nothing(in_step(rule.values.successions, before.properties, given, write.values)),
        external_ids=before.external_ids if write.external_ids is None else write.external_ids,
        source_of=before.source_of if write.source_of is None else write.source_of,
    )


def _retyped(rule: AssetRule, before: AssetImage) -> AssetImage:
    """The same asset as one of another type: with those of its values that the type has a property for."""
    kept = {name: value for name, value in before.properties.items() if name in rule.values.codecs}
    return replace(before, type=rule.type.name, properties={**rule.values.defaults, **kept})


def _kept_on_replacing(rule: AssetRule, before: AssetImage) -> Mapping[str, Stored]:
    if not rule.values.unwritable:
        return rule.values.defaults
    return {
        **rule.values.defaults,
        **{name: value for name, value in before.properties.items() if name in rule.values.unwritable},
    }


def without_nothing(values: Mapping[str, Stored | None]) -> Mapping[str, Stored]:
    """Return the values that are there."""
    if None in values.values():
        return {name: value for name, value in values.items() if value is not None}
    return cast("Mapping[str, Stored]", values)


def refuse_value(trial: Trial, change: int, error: InvalidInput, *, asset: str | None = None) -> None:
    """Note what properties that are kept in step can't say."""
    trial.refuse(
        error.code,
        error.message,
        change=change,
        at=".properties",
        asset=asset,
        expected=error.expected,
        actual=error.actual,
        hint=error.hint,
    )


def _refuse_existing(trial: Trial, write: AssetWrite, before: AssetImage) -> None:
    trial.refuse(
        "ASSET_EXISTS",
        f"There is a {before.type} {write.id} already",
        change=write.index,
        at=".id",
        asset=write.id,
        expected="an id that no asset has",
        actual=f"{write.id}, which is a {before.type}",
        hint="Take another id, or change the one that is there",
    )


def refuse_closed(trial: Trial, change: int, asset: str, kind: str, noun: str) -> None:
    """Refuse one more of a type that is closed; `noun` is what it would be."""
    trial.refuse(
        "TYPE_CLOSED",
        f"{kind} is closed: no {noun} of it is made any more",
        change=change,
        at=".type",
        asset=asset,
        expected="a type that is not closed",
        actual=kind,
        hint="A migration takes the type away: `twin ontology status` tells which, its version what to use instead",
    )


def _refuse_retyping(trial: Trial, write: AssetWrite, before: AssetImage) -> None:
    trial.refuse(
        "TYPE_FIXED",
        f"{write.id} is a {before.type} and stays one",
        change=write.index,
        at=".type",
        asset=write.id,
        expected=before.type,
        actual=write.rule.type.name if write.rule else None,
        hint="Delete it and create it anew in the same change set, with its relationships",
    )


def place_asset(trial: Trial, write: AssetWrite) -> None:
    """Put the asset under exactly the parents asked for, once all of these are there."""
    world, rule, parents = trial.world, write.rule, write.parents or ()
    if rule is None or world.assets.get(write.id) is None:
        return
    if any(not trial.exists(parent) and trial.comes_later(parent) for parent in parents):
        trial.postponed.append(write)
        return
    wanted: set[tuple[str, str]] = set()
    # A migration is about to make them anew as another type, with their values.
    kept = {link.source for link in world.parents[write.id] if world.rules.links[link.type].type.closed}
    for position, parent in enumerate(parents):
        if parent in kept:
            continue
        kind = _containment(trial, write, rule, position, parent)
        if kind is not None:
            wanted.add((kind.type.name, parent))
    for link in list(world.parents[write.id]):
        stays = link.source in kept and link.source in parents
        if (link.type, link.source) not in wanted and link.source not in trial.phantoms and not stays:
            trial.origin[link] = write.index
            world.put_link(link, None)
    there = {(link.type, link.source) for link in world.parents[write.id]}
    for name, parent in sorted(wanted - there):
        link = Link(name, parent, write.id, "")
        trial.origin[link] = write.index
        world.put_link(link, LinkImage(world.rules.links[name].values.defaults))


def _containment(trial: Trial, write: AssetWrite, rule: AssetRule, position: int, parent: str) -> LinkRule | None:
    at = f".parents[{position}]"
    image = trial.standing(parent)
    if image is None:
        trial.doubtful.add(write.id)
        if parent not in trial.phantoms:
            refuse_unknown_asset(trial, write.index, at, parent)
        return None
    fitting = trial.world.rules.containments_between(image.type, rule.type.name)
    if len(fitting) == 1:
        return fitting[0]
    trial.doubtful.add(write.id)
    names = ", ".join(kind.type.name for kind in fitting)
    trial.refuse(
        "AMBIGUOUS" if fitting else "ENDS_INVALID",
        f"{image.type} {parent} can contain {rule.type.name} {write.id} by "
        + (f"several relationship types: {names}" if fitting else "no relationship type"),
        change=write.index,
        at=at,
        asset=write.id,
        expected=f"exactly one containment type from {image.type} to {rule.type.name}",
        actual=names or "none",
        hint=_parent_hint(rule, fitting),
    )
    return None


def _parent_hint(rule: AssetRule, fitting: tuple[LinkRule, ...]) -> str:
    if fitting:
        return "Name the relationship by upsertRelationship"
    return f"Choose a parent of a type that may contain {rule.type.name}, or leave it out"


def refuse_unknown_asset(trial: Trial, change: int, at: str, asset: str) -> None:
    """Refuse a reference to an asset that does not exist."""
    trial.refuse(
        "UNKNOWN_ASSET",
        f"There is no asset {asset!r}",
        change=change,
        at=at,
        asset=asset,
        expected="an asset that exists, or is created earlier in the change set",
        actual=asset,
        hint="Create it earlier in the same change set, or check its id",
    )
