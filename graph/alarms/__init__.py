"""Alarms: raised by levels and by health, acknowledged and shelved by people, kept; what is behind many at once."""

from graph.alarms.board import AlarmBoard
from graph.alarms.errors import AlarmStateConflict, AlarmsUnavailable, ShelfInvalid, UnknownAlarm
from graph.alarms.floods import FloodRule
from graph.alarms.model import (
    Action,
    Alarm,
    AlarmFilter,
    AlarmPage,
    Cause,
    Change,
    Flood,
    OpenPoints,
    Seen,
    Sighting,
    State,
    Transition,
)
from graph.alarms.opening import open_alarms
from graph.alarms.service import AlarmService, Wanted
from graph.alarms.store import Alarms
from graph.alarms.watch import AlarmWatch
from graph.alarms.watching import Surroundings, TenantWatch
from graph.ontology.priority import Priority

__all__ = [
    "Action",
    "Alarm",
    "AlarmBoard",
    "AlarmFilter",
    "AlarmPage",
    "AlarmService",
    "AlarmStateConflict",
    "AlarmWatch",
    "Alarms",
    "AlarmsUnavailable",
    "Cause",
    "Change",
    "Flood",
    "FloodRule",
    "OpenPoints",
    "Priority",
    "Seen",
    "ShelfInvalid",
    "Sighting",
    "State",
    "Surroundings",
    "TenantWatch",
    "Transition",
    "UnknownAlarm",
    "Wanted",
    "open_alarms",
]
