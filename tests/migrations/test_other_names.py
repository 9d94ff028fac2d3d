"""Channels and enums under other names: nothing that is kept changes, and both names are good until it is complete."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from graph.access import operator
from graph.changes import UpsertAsset
from graph.clock import SystemClock, epoch_micros
from graph.database import Database
from graph.health.filling import channel_row
from graph.health.levels import LevelRules
from graph.health.standing import Standing
from graph.history import Point
from graph.identity import Tenant
from graph.ontology.model import Json
from graph.reading.state_selection import ChannelSelection, ChannelValue, ChannelValueField
from graph.state import Event, StateService, StateStore, Taken, Value
from migrations import DifferenceUnexpressed, Project, check, forecast, make
from migrations.effects.retype_checks import wrong_retypes
from migrations.files import read_migration
from migrations.making import Answers
from tests.migrations.running import ask
from tests.migrations.test_succession import SITE, edited, finish, held, in_force, pump, run, write
from tests.migrations.test_undoing import back, everything

__all__ = ["held"]

TOLD = ChannelSelection(
    fields=(
        ChannelValueField(key="name", value=ChannelValue.NAME),
        ChannelValueField(key="value", value=ChannelValue.VALUE),
    )
)


class Kept:
    """A history that only remembers what it was given."""

    def __init__(self) -> None:
        self.begin = epoch_micros(SystemClock().now()) - 60_000_000
        self.points: list[Point] = []

    @property
    def horizon(self) -> int | None:
        return None

    async def append(self, tenant: Tenant, points: Sequence[Point]) -> None:
        assert tenant == SITE
        self.points.extend(points)


def named(project: Project, old: str, new: str, answers: Answers | None = None) -> Project:
    return edited(project, f"      {old}:\n", f"      {new}:\n", answers)


def operations(project: Project) -> list[tuple[str, dict[str, Json]]]:
    head = project.history[project.history.head or ""]
    placed = (*head.expand, *head.backfill, *head.contract)
    return [(each.operation.kind, each.operation.written) for each in placed]


async def say(database: Database, kept: Kept, at: int, **values: float) -> list[object]:
    """Send an event by the ontology in force; return what became of it."""
    held_now = await in_force(database)
    service = StateService(database, lambda: held_now, SystemClock(), history=lambda: kept)
    told = tuple(Value(channel=name, value=value) for name, value in values.items())
    event = Event(asset="P-1", time=kept.begin + at, source="test", id=str(at), values=told)
    receipt = await service.ingest(operator(SITE), [event])
    await service.close()
    return [each if isinstance(each, Taken) else each.code for each in receipt.outcomes]


def test_what_a_channel_was_called_is_written_into_the_document(project: Project) -> None:
    later = named(project, "vibration", "tremor")

    assert operations(later) == [("rename_channel", {"type": "Pump", "channel": "vibration", "to": "tremor"})]
    text = (project.path / "ontology.yaml").read_text()
    assert "      tremor:\n        formerly: [vibration]\n        id: type:Pump#vibration\n" in text
    assert check(later) == ()
    again = named(later, "tremor", "shake")
    assert again.desired.asset_types["Pump"].channels["shake"].formerly == ("vibration", "tremor")
    once_more = named(again, "shake", "vibration")
    assert once_more.desired.asset_types["Pump"].channels["vibration"].formerly == ("vibration", "tremor", "shake")
    assert check(once_more) == ()


def test_a_line_of_former_names_that_is_lost_comes_back(project: Project) -> None:
    later = named(project, "vibration", "tremor")
    file = project.path / "ontology.yaml"
    text = file.read_text()
    file.write_text(text.replace("        formerly: [vibration]\n", ""))
    assert check(Project.load(project.path))

    assert make(Project.load(project.path), "Nothing") is None

    assert file.read_text() == text
    file.write_text(text.replace("formerly: [vibration]", "formerly: [noise]"))
    with pytest.raises(DifferenceUnexpressed) as refused:
        make(Project.load(project.path), "Never so")
    assert [each.expected for each in refused.value.problems] == ["vibration"]
    assert later.history.head == "0002_change"


RETYPE = """
format: twin-migration/1
revision: 0004_retype
parents: [0003_change]
to: {}
message: Pumps are fans
expand: []
contract:
  - retype_assets: {{type: Pump, to: Fan}}
"""
TREMOR_BEGINS, TREMOR_ENDS = "    channels:\n      tremor:\n", "\nrelationshipTypes:"


def without_tremor(file: Path) -> str:
    """Take the channel out of the document; return what it said."""
    text = file.read_text()
    start, end = text.index(TREMOR_BEGINS), text.index(TREMOR_ENDS)
    file.write_text(text[:start] + text[end:])
    return text[start:end].rstrip() + "\n"


def test_a_renamed_channel_moves_up_in_two_versions_with_its_values(project: Project) -> None:
    file = named(project, "vibration", "tremor").path / "ontology.yaml"
    said = without_tremor(file)
    assert make(Project.load(project.path), "Take it away") is not None

    later = edited(project, "\n  # Water must", f"{said}\n  # Water must")

    assert [kind for kind, _ in operations(later)] == ["add_channel"]
    assert later.desired.asset_types["Pump"].channels["tremor"].formerly == ("vibration",)
    assert check(later) == ()
    file.write_text(file.read_text().replace("formerly: [vibration]", "formerly: [noise]"))
    without = later.versions / "0004_change.yaml"
    without.unlink()
    with pytest.raises(DifferenceUnexpressed):
        make(Project.load(project.path), "Never so")


def test_a_channel_that_comes_back_elsewhere_under_its_id_gets_its_former_names(project: Project) -> None:
    file = named(project, "vibration", "tremor").path / "ontology.yaml"
    said = without_tremor(file).replace("        formerly: [vibration]\n", "")
    assert make(Project.load(project.path), "Take it away") is not None

    later = edited(project, "\n  Pump:", f"{said}\n  Pump:")

    assert later.desired.asset_types["Generator"].channels["tremor"].formerly == ("vibration",)
    assert "formerly: [vibration]" in file.read_text()
    assert check(later) == ()


def test_assets_stay_of_their_type_where_a_channel_of_that_name_is_another_there(project: Project) -> None:
    other = "  Fan:\n    extends: [Equipment]\n    channels:\n      tremor: {datatype: float, unit: mm/s}\n"
    later = edited(named(project, "vibration", "tremor"), "relationshipTypes:\n", f"{other}\nrelationshipTypes:\n")
    retyping = read_migration(RETYPE.format(later.desired.hash), file="0004_retype.yaml")
    told = [problem.message for problem in wrong_retypes(retyping, later.desired)]
    assert "Pump.tremor is kept as 'vibration', and Fan.tremor as 'tremor'" in told


def test_the_author_says_which_channel_becomes_which(project: Project) -> None:
    file = project.path / "ontology.yaml"
    file.write_text(file.read_text().replace("        id: type:Pump#vibration\n", ""))
    later = named(project, "vibration", "tremor", Answers(successors={("Pump", "vibration"): "tremor"}))

    assert [kind for kind, _ in operations(later)] == ["rename_channel"]
    assert "        id: type:Pump#vibration\n" in file.read_text()
    assert check(later) == ()


@pytest.mark.neo4j
async def test_a_channel_goes_on_under_another_name(project: Project, held: Database) -> None:
    before, kept = await everything(held), Kept()
    assert await say(held, kept, 1, vibration=1.0) == [Taken.CURRENT]
    later = named(project, "vibration", "tremor")
    planned = await forecast(later, held)

    applied = await run(later, held)

    assert (applied.objects, applied.waiting, planned.efforts, planned.later) == (0, "0002_change", (), ())
    assert await say(held, kept, 2, vibration=2.0) == [Taken.CURRENT]
    assert await say(held, kept, 3, tremor=3.0) == [Taken.CURRENT]
    assert await say(held, kept, 2, tremor=2.5) == [Taken.LATE]

    ended = await finish(later, held)

    assert (ended.objects, ended.hash) == (0, later.desired.hash)
    assert await say(held, kept, 4, vibration=4.0) == [Taken.CURRENT]
    assert await say(held, kept, 5, tremor=5.0, vibration=5.0) == [Taken.CURRENT]
    assert await say(held, kept, 6, tremor=5.0, vibration=12.0) == ["EVENT_INVALID"]
    assert {point.channel for point in kept.points} == {"vibration"}
    found = await StateStore(held).since(SITE, 0)
    assert found is not None
    standing = Standing(LevelRules(await in_force(held)), "life")
    standing.catch_up(found, 0)
    key = standing.rules.called["Pump"]["tremor"]
    row = channel_row(standing, "P-1", "Pump", key, now=0, of=TOLD)
    assert (key, standing.rules.called["Pump"]["vibration"], (row or {})["name"]) == (
        "vibration",
        "vibration",
        "tremor",
    )

    await back(later, held)

    assert await everything(held) == before
    assert await say(held, kept, 6, vibration=6.0) == [Taken.CURRENT]
    assert await say(held, kept, 7, tremor=7.0) == ["UNKNOWN_CHANNEL"]


@pytest.mark.neo4j
async def test_an_enum_goes_on_under_another_name(project: Project, held: Database) -> None:
    await write(held, UpsertAsset(id="G", type="Generator", name="G", properties={"fuel": "GAS"}))
    before = await everything(held)
    file = project.path / "ontology.yaml"
    file.write_text(file.read_text().replace("  Fuel:", "  Carrier:"))
    later = edited(project, "enum: Fuel", "enum: Carrier")
    assert operations(later) == [("rename_enum", {"enum": "Fuel", "to": "Carrier"})]
    planned = await forecast(later, held)

    await run(later, held)

    assert "Fuel" in (await in_force(held)).enums
    ended = await finish(later, held)
    assert (ended.objects, ended.hash, planned.later) == (0, later.desired.hash, ())
    await write(held, UpsertAsset(id="G", type="Generator", properties={"fuel": "DIESEL"}), pump(1, ratedFlow=1.0))
    assert await ask(held, "MATCH (g:Generator) RETURN g.fuel") == [["DIESEL"]]
    await write(held, UpsertAsset(id="G", type="Generator", properties={"fuel": "GAS"}))

    await back(later, held)

    assert await everything(held) == before
