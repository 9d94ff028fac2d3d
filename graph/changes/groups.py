"""What a supply group needs can be met and its members agree on it, judged on the end state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import cast

from graph.changes.images import Group, GroupTerms, Link, LinkImage, Member
from graph.changes.rules import SupplyRule
from graph.changes.trial import Trial
from graph.ontology.model import ImpactKind


def judge_groups(trial: Trial) -> None:
    """Refuse a FLOW combined by capacity, a fraction of a member, and groups in which a member written disagrees.

    The first two would make every question about impact fail, so they are never put off.
    """
    affected: dict[Group, Link] = {}
    agreeing = trial.draft.request.checks.groups
    for link, before, after, supply in _changed_supplies(trial):
        terms = supply.terms(after.properties)
        if supply.kind is ImpactKind.FLOW and terms.combine == "CAPACITY":
            _refuse_capacity(trial, link)
            continue
        if terms.combine == "QUORUM" and cast("float", terms.needs) % 1:
            _refuse_fraction(trial, link, terms)
            continue
        if agreeing:
            affected.update(dict.fromkeys(_touched(link, before, after, supply), link))
    if not affected:
        return
    members = _members(trial, {group[0] for group in affected})
    for group, link in affected.items():
        _judge(trial, group, link, [*members[group], *trial.world.settled.get(group, ())])


def _changed_supplies(trial: Trial) -> Iterator[tuple[Link, LinkImage | None, LinkImage, SupplyRule]]:
    for link, before, after in trial.world.changed_links():
        supply = trial.world.rules.links[link.type].supply
        if after is not None and supply is not None:
            yield link, before, after, supply


def _touched(link: Link, before: LinkImage | None, after: LinkImage, supply: SupplyRule) -> Iterator[Group]:
    groups = supply.groups_of(link, after.properties)
    if before is None or supply.terms(before.properties) != supply.terms(after.properties):
        yield from groups
        return
    old = supply.groups_of(link, before.properties)
    yield from (group for group in groups if group not in old)


def _members(trial: Trial, dependants: set[str]) -> defaultdict[Group, list[Member]]:
    world = trial.world
    found: defaultdict[Group, list[Member]] = defaultdict(list)
    for dependant in dependants:
        for link in world.incident[dependant]:
            supply, image = world.rules.links[link.type].supply, world.links[link]
            if supply is None or image is None:
                continue
            for group in supply.groups_of(link, image.properties):
                if group[0] == dependant:
                    found[group].append(Member(link, supply.terms(image.properties)))
    return found


def _judge(trial: Trial, group: Group, link: Link, members: list[Member]) -> None:
    mine = next(member for member in members if member.link == link)
    others = [member for member in members if member.terms != mine.terms]
    if not others:
        return
    other = min(others, key=lambda member: member.link)
    name = group[2] or f"that all {group[1]} supplies of one dependant form"
    trial.refuse(
        "GROUP_DISAGREES",
        f"{mine.link} and {other.link} disagree on the supply group {name} of {group[0]}",
        change=trial.origin[link],
        asset=group[0],
        property="group",
        expected=f"needs, combine and loss as {other.link} says: {_said(trial, other)}",
        actual=_said(trial, mine),
        hint="Say the same in all members of the group, in one change set, or put them in groups of their own",
    )


def _said(trial: Trial, member: Member) -> str:
    rule = trial.world.rules.links[member.link.type]
    terms = member.terms
    said = (("needs", terms.needs), ("combine", terms.combine), ("loss", terms.loss))
    return ", ".join(f"{name} {rule.values.shown(name, stored)}" for name, stored in said)


def _refuse_fraction(trial: Trial, link: Link, terms: GroupTerms) -> None:
    trial.refuse(
        "VALUE_INVALID",
        f"{link} needs a fraction of a member",
        change=trial.origin[link],
        at=".properties.needs",
        property="needs",
        expected="a whole number of members, or combine CAPACITY",
        actual=f"{terms.needs} with combine QUORUM",
        hint="QUORUM counts members; to add up what they can carry, set combine to CAPACITY",
    )


def _refuse_capacity(trial: Trial, link: Link) -> None:
    trial.refuse(
        "VALUE_INVALID",
        f"{link} carries a FLOW, which can't be combined by capacity",
        change=trial.origin[link],
        at=".properties.combine",
        property="combine",
        expected="QUORUM",
        actual="CAPACITY",
        hint="In a loop, a FLOW combined by capacity would feed itself; model the capacity by a requirement",
    )
