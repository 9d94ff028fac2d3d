"""Creating, changing and deleting relationships."""

from __future__ import annotations

from graph.changes.assets import refuse_closed, refuse_unknown_asset, refuse_value, without_nothing
from graph.changes.draft import LinkDelete, LinkWrite
from graph.changes.images import Link, LinkImage
from graph.changes.rules import LinkRule
from graph.changes.stepping import in_step
from graph.changes.trial import Trial
from graph.errors import InvalidInput


def write_link(trial: Trial, write: LinkWrite) -> None:
    """Put the relationship as asked for into the world, once both ends are there."""
    rule = write.rule
    if rule is None:
        _doubt(trial, write)
        return
    if not _ends_stand(trial, write, rule):
        return
    link = _meant(trial, write, rule)
    if link is None:
        return
    world = trial.world
    before = world.links.get(link)
    if before is None and rule.type.closed:
        refuse_closed(trial, write.index, write.source, rule.type.name, "relationship")
        _doubt(trial, write)
        return
    trial.origin[link] = write.index
    kept = rule.values.defaults if before is None else before.properties
    try:
        given = {**kept, **write.values}
        values = in_step(rule.values.successions, before.properties if before else {}, given, write.values)
    except InvalidInput as error:
        refuse_value(trial, write.index, error)
        return
    world.put_link(link, LinkImage(without_nothing(values)))


def delete_link(trial: Trial, delete: LinkDelete) -> None:
    """Take the relationship out of the world."""
    if delete.rule is None:
        return
    for at, asset in ((".from", delete.source), (".to", delete.target)):
        if not trial.exists(asset):
            refuse_unknown_asset(trial, delete.index, at, asset)
            return
    link = _meant(trial, delete, delete.rule)
    if link is None:
        return
    if trial.world.links.get(link) is None:
        _refuse_unknown(trial, delete, link)
        return
    trial.origin[link] = delete.index
    trial.world.put_link(link, None)


def require_link_values(trial: Trial) -> None:
    """Refuse relationships that lack a required property at the end."""
    for link, _, after in trial.world.changed_links():
        if after is None:
            continue
        rule = trial.world.rules.links[link.type]
        for name in rule.values.required:
            if name not in after.properties and name not in _given(trial, link):
                trial.refuse(
                    "REQUIRED_MISSING",
                    f"{link} needs {name}",
                    change=trial.origin.get(link),
                    at=f".properties.{name}",
                    property=name,
                    expected=rule.values.expected(name),
                    actual="nothing",
                    hint=f"Give {name} a value",
                )


def _given(trial: Trial, link: Link) -> frozenset[str]:
    operation = trial.draft.operations[trial.origin[link]]
    return operation.faulty if isinstance(operation, LinkWrite) else frozenset()


def _ends_stand(trial: Trial, write: LinkWrite, rule: LinkRule) -> bool:
    source, target = trial.standing(write.source), trial.standing(write.target)
    if source is not None and target is not None:
        if rule.fits(source.type, target.type):
            return True
        _refuse_ends(trial, write, rule, source.type, target.type)
        return False
    missing = [(at, asset) for at, asset in ((".from", write.source), (".to", write.target)) if not trial.exists(asset)]
    if any(trial.comes_later(asset) for _, asset in missing):
        trial.postponed.append(write)
        return False
    for at, asset in missing:
        refuse_unknown_asset(trial, write.index, at, asset)
    _doubt(trial, write)
    return False


def _refuse_ends(trial: Trial, write: LinkWrite, rule: LinkRule, source: str, target: str) -> None:
    kind = rule.type
    turned = rule.fits(target, source)
    trial.refuse(
        "ENDS_INVALID",
        f"{kind.name} can't go from {source} {write.source} to {target} {write.target}",
        change=write.index,
        asset=write.source,
        expected=f"from {' or '.join(kind.from_types)} to {' or '.join(kind.to_types)}",
        actual=f"from {source} to {target}",
        hint="Swap the two ends" if turned else "Take a relationship type that fits these two, or other assets",
    )
    _doubt(trial, write)


def _meant(trial: Trial, reference: LinkWrite | LinkDelete, rule: LinkRule) -> Link | None:
    name, source, target = rule.type.name, reference.source, reference.target
    if reference.key is not None:
        return Link(name, source, target, reference.key)
    there = trial.world.between.get((name, source, target))
    if not there:
        return Link(name, source, target, "")
    if len(there) == 1:
        return next(iter(there))
    keys = ", ".join(repr(key) for key in sorted(link.key for link in there)[:10])
    trial.refuse(
        "AMBIGUOUS",
        f"{len(there)} relationships {name} go from {source} to {target}",
        change=reference.index,
        at=".key",
        asset=source,
        expected="the key of one of them",
        actual=f"no key; there are {keys}",
        hint='Name the one you mean by its key; "" is the one without a name',
    )
    return None


def _refuse_unknown(trial: Trial, delete: LinkDelete, link: Link) -> None:
    trial.refuse(
        "UNKNOWN_RELATIONSHIP",
        f"There is no relationship {link}",
        change=delete.index,
        asset=delete.source,
        expected="a relationship that exists",
        actual=str(link),
        hint="Check its direction and key; one that is gone already needs no deleting",
    )


def _doubt(trial: Trial, write: LinkWrite) -> None:
    trial.doubtful.update((write.source, write.target))
