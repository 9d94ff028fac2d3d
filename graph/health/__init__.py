"""Health: what assets are by themselves, what their providers make of them, and what they contain, as it changes."""

from graph.health.feed import StateFeed
from graph.health.filling import LiveRows, channel_row, history_wishes
from graph.health.happenings import Happening, Happenings, StatesMissed
from graph.health.histories import Histories, HistoryWish
from graph.health.levels import Judged, LevelRules
from graph.health.service import HealthService
from graph.health.standing import Standing
from graph.health.view import Health, View

__all__ = [
    "Happening",
    "Happenings",
    "Health",
    "HealthService",
    "Histories",
    "HistoryWish",
    "Judged",
    "LevelRules",
    "LiveRows",
    "Standing",
    "StateFeed",
    "StatesMissed",
    "View",
    "channel_row",
    "history_wishes",
]
