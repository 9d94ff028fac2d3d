"""Supplies and their terms as columns, from what the database has of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from graph.impact import Direction
from graph.kernel import LONGEST, Columns, SupplyType, Texts
from graph.kernel.arrays import I32, I64, NO_ASSETS, NO_NUMBERS, ONE, REVERSED, U8

_DAY: Final = 86_400_000_000
_ROUNDING: Final = 1e-6
"""More than a product of stored numbers is ever off by, and less than the smallest step that counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Relationships of one type: ends by position, and their terms by column, empty where all are the default.

    The columns: key, group, needs, combine, capacity, loss, open, days of delay, microseconds of delay.
    """

    type: str
    sources: I32
    targets: I32
    terms: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """The terms of one batch, a number or an array for each relationship."""

    key: I32
    name: I32
    needs: I64
    by_capacity: U8
    loss: I32
    capacity: I64
    delay: I64
    open: U8


def columns_of(batches: Sequence[Batch], types: Sequence[SupplyType], texts: Texts) -> Columns:
    """Every supply of some relationships; a relationship that impact travels both ways gives two."""
    number = {each.name: at for at, each in enumerate(types)}
    parts: list[Columns] = []
    for batch in batches:
        type_ = types[number[batch.type]]
        terms = _terms(batch, texts)
        if type_.direction is not Direction.REVERSE:
            parts.append(_supplies(batch, terms, number[batch.type], reverse=False))
        if type_.direction is Direction.REVERSE:
            parts.append(_supplies(batch, terms, number[batch.type], reverse=True))
        if type_.direction is Direction.BOTH:
            # From an asset to itself both ways are one.
            reverse = _supplies(batch, terms, number[batch.type], reverse=True)
            parts.append(reverse.where(reverse.provider != reverse.dependant))
    return _defaults_left_out(Columns.joined(parts))


def _supplies(batch: Batch, terms: _Terms, number: int, *, reverse: bool) -> Columns:
    count = batch.sources.size
    provider, dependant = (batch.targets, batch.sources) if reverse else (batch.sources, batch.targets)
    return Columns(
        provider=provider,
        dependant=dependant,
        type=np.full(count, number, np.int16),
        name=terms.name,
        needs=terms.needs,
        by_capacity=terms.by_capacity,
        loss=terms.loss,
        capacity=terms.capacity,
        delay=terms.delay,
        open=terms.open,
        marks=np.full(count, REVERSED if reverse else 0, np.uint8),
        key=terms.key,
    )


def _terms(batch: Batch, texts: Texts) -> _Terms:
    count = batch.sources.size
    if not batch.terms:
        return _Terms(
            key=np.zeros(count, np.int32),
            name=np.zeros(count, np.int32),
            needs=np.ones(count, np.int64),
            by_capacity=np.zeros(count, np.uint8),
            loss=np.full(count, ONE, np.int32),
            capacity=np.full(count, 1000, np.int64),
            delay=np.zeros(count, np.int64),
            open=np.zeros(count, np.uint8),
        )
    keys, groups, needs, combines, capacities, losses, opened, days, microseconds = batch.terms
    by_capacity = np.array([combine == "CAPACITY" for combine in combines], np.uint8)
    thousandths = _scaled(needs, 1000)
    return _Terms(
        key=np.array([texts.position(key) for key in keys], np.int32),
        name=np.array([texts.position(group) for group in groups], np.int32),
        needs=np.where(by_capacity, thousandths, thousandths // 1000),
        by_capacity=by_capacity,
        loss=_scaled(losses, ONE).astype(np.int32),
        capacity=_scaled(capacities, 1000),
        delay=_delay(np.array(days, np.int64), np.array(microseconds, np.int64)),
        open=np.array(opened, np.uint8),
    )


def _scaled(numbers: Sequence[float], one: int) -> I64:
    """Numbers in units of 1/`one`, rounded down; what is off by the storing of decimals is not."""
    return np.floor(np.array(numbers, np.float64) * one + _ROUNDING).astype(np.int64)


def _delay(days: I64, microseconds: I64) -> I64:
    """Delays in microseconds, none longer than LONGEST."""
    return np.where(days >= LONGEST // _DAY, LONGEST, np.minimum(days, LONGEST // _DAY) * _DAY + microseconds)


def _defaults_left_out(columns: Columns) -> Columns:
    return columns._replace(
        capacity=columns.capacity if (columns.capacity != 1000).any() else NO_NUMBERS,
        delay=columns.delay if columns.delay.any() else NO_NUMBERS,
        key=columns.key if columns.key.any() else NO_ASSETS,
    )
