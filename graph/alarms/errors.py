"""What goes wrong with alarms.

AlarmsUnavailable      their store can't be read or written now
UnknownAlarm           an id that no alarm has
AlarmStateConflict     what is asked of an alarm is not for the state it is in
ShelfInvalid           an end of shelving that has passed, or is too far away
"""

from __future__ import annotations

from graph.errors import InvalidInput, Refused, Unavailable


class AlarmsUnavailable(Unavailable):
    """The store of alarms can't be read or written now."""

    code = "ALARMS_UNAVAILABLE"


class UnknownAlarm(Refused):
    """No alarm has this id."""

    code = "UNKNOWN_ALARM"


class AlarmStateConflict(Refused):
    """What is asked of an alarm is not for the state that it is in."""

    code = "ALARM_STATE_CONFLICT"


class ShelfInvalid(InvalidInput):
    """An alarm can't be shelved until then."""

    code = "SHELF_INVALID"
