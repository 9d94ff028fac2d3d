"""Channels in another unit or datatype, or under a name that was used: nothing kept is told as what it isn't."""

from __future__ import annotations

from datetime import date

import pytest

from graph.access import operator
from graph.clock import SystemClock
from graph.database import Database
from graph.health.filling import channel_row
from graph.health.levels import LevelRules
from graph.health.standing import Standing
from graph.ontology.channel_names import kept_as
from graph.ontology.model import ChannelDefinition, Json, Ontology
from graph.reading import Row
from graph.reading.state_selection import ChannelSelection, ChannelValue, ChannelValueField
from graph.state import Event, StateService, StateStore, Taken, Value
from migrations import DifferenceUnexpressed, Project, check, forecast, make
from migrations.drift import DriftKind, drift
from migrations.errors import MigrationInvalid
from migrations.lint import lint
from tests.migrations.test_other_names import Kept, named, operations, say
from tests.migrations.test_succession import SITE, edited, finish, held, in_force, pump, run, write
from tests.migrations.test_undoing import back

__all__ = ["held"]

TOLD = ChannelSelection(
    fields=tuple(ChannelValueField(key=each.value, value=each) for each in (ChannelValue.VALUE, ChannelValue.UNIT))
)
CHANNELS_BEGIN, CHANNELS_END = "    channels:\n      vibration:\n", "\nrelationshipTypes:"
WORDS = """    channels:
      vibration: {datatype: string, levels: {DOWN: {equals: loud}}, setsOperability: true}
"""


def vibration(project: Project) -> ChannelDefinition:
    return project.desired.asset_types["Pump"].channels["vibration"]


def in_metres(project: Project) -> Project:
    return edited(project, "        unit: mm/s\n", "        unit: m/s\n")


def without(project: Project) -> Project:
    """Make a version that takes the pump's channels away."""
    file = project.path / "ontology.yaml"
    text = file.read_text()
    start, end = text.index(CHANNELS_BEGIN), text.index(CHANNELS_END)
    file.write_text(text[:start] + text[end:])
    assert make(Project.load(project.path), "Without") is not None
    return Project.load(project.path)


def replaced(project: Project, by: str) -> Project:
    """Make a version that takes the pump's channels away, and then one with others."""
    return edited(without(project), CHANNELS_END, f"{by}{CHANNELS_END}")


def by_hand(project: Project, old: str, new: str) -> Project:
    """Change the newest version and the document as nobody should."""
    for file in (max(project.versions.iterdir()), project.path / "ontology.yaml"):
        file.write_text(file.read_text().replace(old, new))
    return Project.load(project.path)


async def told(database: Database) -> Row | None:
    """What the doors tell of the channel of P-1 by the ontology in force; None where nothing was ever said."""
    found = await StateStore(database).since(SITE, 0)
    standing = Standing(LevelRules(await in_force(database)), "life")
    if found is not None:
        standing.catch_up(found, 0)
    key = standing.rules.called["Pump"]["vibration"]
    return channel_row(standing, "P-1", "Pump", key, now=0, of=TOLD)


async def say_by(ontology: Ontology, database: Database, kept: Kept, at: int, value: str | float) -> None:
    """Send an event through a process that knows an ontology which may not be in force any more."""
    service = StateService(database, lambda: ontology, SystemClock(), history=lambda: kept)
    said = (Value(channel="vibration", value=value),)
    event = Event(asset="P-1", time=kept.begin + at, source="test", id=str(at), values=said)
    await service.ingest(operator(SITE), [event])
    await service.close()


def test_another_unit_is_kept_under_a_name_of_its_own(project: Project) -> None:
    later = in_metres(project)

    own = vibration(later).kept_as
    assert own is not None
    assert own.startswith("vibration")
    put: dict[str, Json] = {"keptAs": own, "unit": "m/s"}
    assert operations(later) == [("change_channel", {"type": "Pump", "channel": "vibration", "set": put})]
    assert f"      vibration:\n        keptAs: {own}\n" in (project.path / "ontology.yaml").read_text()
    assert check(later) == ()
    assert "CHANNEL_ANEW" in {each.code for each in lint(project.path, today=date(2026, 1, 1))}
    renamed = named(later, "vibration", "tremor")
    assert kept_as(renamed.desired.asset_types["Pump"].channels["tremor"]) == own
    assert check(renamed) == ()


def test_each_meaning_has_a_name_for_itself(project: Project) -> None:
    first = vibration(in_metres(project)).kept_as
    second = vibration(edited(project, "        unit: m/s\n", "        unit: mm/s\n")).kept_as
    third = vibration(in_metres(project)).kept_as

    assert len({"vibration", first, second, third}) == 4
    assert check(Project.load(project.path)) == ()


def test_what_means_the_same_is_kept_as_before(project: Project) -> None:
    later = edited(project, "DOWN: { above: 11.0 }", "DOWN: { above: 12.0 }")
    assert vibration(later).kept_as is None
    file = in_metres(later).path / "ontology.yaml"
    text = file.read_text()
    own = vibration(Project.load(project.path)).kept_as
    file.write_text(text.replace(f"        keptAs: {own}\n", ""))

    assert make(Project.load(project.path), "A line that was lost") is None

    assert file.read_text() == text


def test_a_version_that_lacks_the_name_is_refused_with_its_line(project: Project) -> None:
    later = in_metres(project)
    broken = by_hand(later, f"keptAs: {vibration(later).kept_as}", "description: in metres")

    problems = [each for each in check(broken) if each.code == "OPERATION_REFUSED"]

    (problem,) = problems
    assert problem.place is not None
    assert problem.place.startswith(str(broken.versions / "0002_change.yaml:"))
    assert "change_channel: Pump.vibration" in problem.message
    assert "keptAs: vibration" in str(problem.hint)


def test_another_channel_under_a_name_that_was_used(project: Project) -> None:
    later = replaced(project, WORDS)

    own = vibration(later).kept_as
    assert own is not None
    ((kind, written),) = operations(later)
    assert (kind, written["type"]) == ("add_channel", "Pump")
    assert check(later) == ()
    broken = by_hand(later, f"keptAs: {own}", "description: in words")
    assert "add_channel: Pump.vibration" in "".join(each.message for each in check(broken))


def test_a_channel_that_comes_back_takes_up_what_was_kept_of_it(project: Project) -> None:
    own = vibration(in_metres(project)).kept_as
    text = (project.path / "ontology.yaml").read_text()
    said = text[text.index(CHANNELS_BEGIN) : text.index(CHANNELS_END)].replace(f"        keptAs: {own}\n", "")

    assert vibration(replaced(Project.load(project.path), said)).kept_as == own
    assert check(Project.load(project.path)) == ()


def test_a_channel_above_must_not_take_up_what_was_kept_below(project: Project) -> None:
    above = "\n    channels: {vibration: {datatype: int}}\n\n  # Water must"
    later = edited(without(project), "\n\n  # Water must", above)

    assert vibration(later).declared_by == "Equipment"
    assert vibration(later).kept_as is not None
    assert check(later) == ()


def test_an_author_cannot_keep_it_under_a_name_that_means_something_else(project: Project) -> None:
    own = vibration(in_metres(project)).kept_as
    file = project.path / "ontology.yaml"
    text = file.read_text().replace("        unit: m/s\n", "        unit: km/h\n")
    file.write_text(text.replace(f"keptAs: {own}", "keptAs: vibration"))

    with pytest.raises(DifferenceUnexpressed) as refused:
        make(Project.load(project.path), "Back to the first name")

    (problem,) = refused.value.problems
    assert "float in mm/s" in str(problem.actual)


def test_branches_that_turn_one_channel_choose_different_names(project: Project) -> None:
    text = (project.path / "ontology.yaml").read_text()
    one = vibration(in_metres(project)).kept_as
    (project.versions / "0002_change.yaml").unlink()
    (project.path / "ontology.yaml").write_text(text)
    other = vibration(edited(project, "        unit: mm/s\n", "        unit: km/h\n")).kept_as
    assert one != other


RETYPE = """contract:
  - retype_assets: {type: Pump, to: Fan}
"""


def test_assets_stay_of_their_type_where_another_unit_is_kept_under_the_name(project: Project) -> None:
    fan = (
        "  Fan:\n    extends: [Equipment]\n    properties:\n      ratedFlow: {datatype: float, unit: L/s}\n"
        "    channels:\n      vibration: {datatype: float, unit: m/s}\n"
    )
    later = edited(project, "relationshipTypes:\n", f"{fan}\nrelationshipTypes:\n")
    file = later.versions / "0002_change.yaml"
    file.write_text(f"{file.read_text()}{RETYPE}")

    told_of = "".join(each.message for each in check(Project.load(project.path)))

    assert "retype_assets: Fan.vibration" in told_of


@pytest.mark.neo4j
async def test_a_value_is_never_told_in_a_unit_that_it_was_not_said_in(project: Project, held: Database) -> None:
    kept, before = Kept(), await in_force(held)
    assert await say(held, kept, 1, vibration=5.0) == [Taken.CURRENT]
    assert await told(held) == {"__typename": "ChannelState", "value": 5.0, "unit": "mm/s"}
    later = in_metres(project)
    assert (await forecast(later, held)).plan.anew == ("Pump.vibration",)

    await run(later, held)

    assert (await told(held) or {}).get("value") is None
    await say_by(before, held, kept, 2, 6.0)  # by a process that has not heard of it yet
    assert (await told(held) or {}).get("value") is None
    assert await say(held, kept, 3, vibration=0.009) == [Taken.CURRENT]
    assert await told(held) == {"__typename": "ChannelState", "value": 0.009, "unit": "m/s"}
    assert [(each.channel == "vibration", each.value) for each in kept.points] == [
        (True, 5.0),
        (True, 6.0),
        (False, 0.009),
    ]
    noted = await drift(held)
    assert noted.clean
    assert [(each.kind, each.count) for each in noted.findings] == [(DriftKind.STATE_LEFT, 1)]

    await back(later, held)

    assert await told(held) == {"__typename": "ChannelState", "value": 6.0, "unit": "mm/s"}


@pytest.mark.neo4j
async def test_another_datatype_begins_anew(project: Project, held: Database) -> None:
    kept = Kept()
    assert await say(held, kept, 1, vibration=5.0) == [Taken.CURRENT]

    await run(edited(project, "datatype: float\n        unit: mm/s", "datatype: int\n        unit: mm/s"), held)

    assert (await told(held) or {}).get("value") is None
    assert await say(held, kept, 2, vibration=7) == [Taken.CURRENT]
    assert (await told(held) or {})["value"] == 7


@pytest.mark.neo4j
async def test_what_was_kept_of_a_removed_channel_does_not_haunt_another(project: Project, held: Database) -> None:
    kept = Kept()
    assert await say(held, kept, 1, vibration=5.0) == [Taken.CURRENT]
    assert (await drift(held)).findings == ()
    later = replaced(project, WORDS)
    await run(later, held)
    await finish(later, held)
    (finding,) = (await drift(held)).findings
    assert (finding.kind, finding.count, finding.samples[0].about) == (DriftKind.STATE_LEFT, 1, "P-1")

    await run(later, held)

    assert (await told(held) or {}).get("value") is None
    await say_by(await in_force(held), held, kept, 2, "loud")
    assert (await told(held) or {})["value"] == "loud"
    assert [each.kind for each in (await drift(held)).findings] == [DriftKind.STATE_LEFT]

    await back(later, held, "0001_start")

    assert (await told(held) or {})["value"] == 5.0


@pytest.mark.neo4j
async def test_a_database_is_not_brought_to_a_version_that_lacks_the_name(project: Project, held: Database) -> None:
    await write(held, pump(1, ratedFlow=1.0))
    later = in_metres(project)
    broken = by_hand(later, f"keptAs: {vibration(later).kept_as}", "description: in metres")
    with pytest.raises(MigrationInvalid) as refused:
        await run(broken, held)
    assert "OPERATION_REFUSED" in {each.code for each in refused.value.problems}
