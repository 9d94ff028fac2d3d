"""A token stops Python between its steps, and compiled code by a number that it looks at."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread

import numpy as np
import pytest

from graph.impact import Level
from graph.kernel import Criticality, count_falls, encode, warm
from graph.kernel.evaluation import Engine
from graph.kernel.single_points import single_points
from graph.work import Stopped, Token, checkpoint, stopping
from tests.graph.impact.drawing import drawn, need

LOOPS = 200


def creeping() -> Engine:
    """Loops that lose a millionth a round: each takes a million rounds to come to rest."""
    network = drawn(
        *(
            each
            for number in range(LOOPS)
            for each in (
                need(f"a{number}", f"b{number}", group="g", combine="CAPACITY", needs=1000, capacity=999.999),
                need(f"a{number}", "crutch", group="g", combine="CAPACITY", needs=1000, capacity=1),
                need(f"b{number}", f"a{number}"),
            )
        )
    )
    return Engine(encode(network), budget=10**12)


def test_work_without_a_token_is_never_stopped() -> None:
    flags = np.zeros(2, np.int64)
    with stopping(flags, 1):
        checkpoint()
    assert flags.tolist() == [0, 0]


def test_a_stop_raises_the_flags_that_are_held_and_no_others() -> None:
    token, flags = Token(), np.zeros(3, np.int64)

    def work() -> None:
        with stopping(flags, 0):
            pass
        with stopping(flags, 2):
            token.stop()
            assert flags.tolist() == [0, 0, 1]
        assert flags.tolist() == [0, 0, 0]
        checkpoint()

    with pytest.raises(Stopped):
        token.run(work)
    with pytest.raises(Stopped):
        token.run(lambda: None)


def endless_criticality(engine: Engine) -> None:
    size = engine.supplies.size
    at = engine.supplies.ids.find("crutch") or 0
    for _ in range(1000):
        count_falls(engine, range(at, at + 1), np.ones(size), Criticality.blank(size))


def endless_single_points(engine: Engine) -> None:
    for _ in range(1000):
        single_points(engine, "a0", Level.DOWN)


@pytest.mark.parametrize("work", [endless_criticality, endless_single_points])
def test_compiled_code_ends_within_a_moment(work: Callable[[Engine], None]) -> None:
    warm()
    engine, token = creeping(), Token()
    ended: list[str] = []

    def run() -> None:
        try:
            token.run(lambda: work(engine))
            ended.append("done")
        except Stopped:
            ended.append("stopped")

    thread = Thread(target=run)
    thread.start()
    time.sleep(0.3)
    began = time.monotonic()
    token.stop()
    thread.join(20)
    assert ended == ["stopped"]
    assert time.monotonic() - began < 5
