"""Health: what assets are by themselves, what their providers make of them, and what they contain, as it changes."""

from graph.health.feed import Looked, StateFeed
from graph.health.filling import LiveRows, channel_row, history_wishes
from graph.health.happenings import Happening, Happenings, StatesMissed, changed_levels
from graph.health.histories import Histories, HistoryWish
from graph.health.levels import Judged, LevelRules
from graph.health.service import HealthService
from graph.health.standing import LEVELS, SourceSeen, Standing
from graph.health.view import Health, View

__all__ = [
    "LEVELS",
    "Happening",
    "Happenings",
    "Health",
    "HealthService",
    "Histories",
    "HistoryWish",
    "Judged",
    "LevelRules",
    "LiveRows",
    "Looked",
    "SourceSeen",
    "Standing",
    "StateFeed",
    "StatesMissed",
    "View",
    "changed_levels",
    "channel_row",
    "history_wishes",
]
