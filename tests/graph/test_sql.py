"""What SQL databases say of what they were given is told from what they say of themselves."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError, ProgrammingError

from graph.deadletters import DeadLettersUnavailable
from graph.history import HistoryRefused, HistoryUnavailable
from graph.sql import translated


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (DataError("INSERT", {}, ValueError("out of range")), HistoryRefused),
        (IntegrityError("INSERT", {}, ValueError("no partition found for row")), HistoryUnavailable),
        (OperationalError("INSERT", {}, ValueError("disk is full")), HistoryUnavailable),
        (InterfaceError("INSERT", {}, ValueError("closed")), HistoryUnavailable),
        (ProgrammingError("INSERT", {}, ValueError("may not")), HistoryUnavailable),
        (OSError("gone"), HistoryUnavailable),
    ],
)
def test_only_what_is_about_values_is_refused(raised: Exception, kind: type[HistoryUnavailable]) -> None:
    with (
        pytest.raises(HistoryUnavailable) as caught,
        translated(HistoryUnavailable, "history", "here", refused=HistoryRefused),
    ):
        raise raised
    assert type(caught.value) is kind


def test_who_makes_no_difference_hears_of_none() -> None:
    with pytest.raises(DeadLettersUnavailable), translated(DeadLettersUnavailable, "dead letters", "here"):
        raise DataError("INSERT", {}, ValueError("out of range"))
