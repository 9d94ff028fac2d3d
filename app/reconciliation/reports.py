"""Reports in files: one with every difference, or a folder that keeps the newest and what monitoring reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import orjson
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from app.reconciliation.asking import repaired_json
from graph.errors import TwinError
from graph.files import keep_newest, replacing
from graph.ontology.model import Json
from graph.reconciliation import Compared, Kind, Repaired, Report, difference_json, report_json

METRICS: Final = "reconcile.prom"
_READABLE: Final = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one comparison came to, and the repair where one was asked for."""

    report: Report
    repaired: Repaired | None = None

    @property
    def differs(self) -> bool:
        """Whether anything differs still."""
        repaired = self.repaired
        if self.report.same:
            return False
        if repaired is None or not repaired.written or self.report.refused:
            return True
        return self.report.count() > repaired.covered

    def shown(self) -> dict[str, Json]:
        """Return it as JSON."""
        shown = report_json(self.report)
        return shown if self.repaired is None else {**shown, "repair": repaired_json(self.repaired)}


def write_report(path: Path, compared: Compared, outcome: Outcome, *, time: datetime) -> None:
    """Write a report with all its differences, one at a time in memory; the file is whole or isn't there.

    Raises OSError.
    """
    head = orjson.dumps({"time": time.isoformat(timespec="seconds"), **outcome.shown()}, option=orjson.OPT_INDENT_2)
    with replacing(path, mode=_READABLE) as file:
        file.write(head.removesuffix(b"\n}") + b',\n  "differences": [')
        separator = b"\n    "
        for difference in compared.differences():
            file.write(separator + orjson.dumps(difference_json(difference)))
            separator = b",\n    "
        file.write(b"\n  ]\n}\n")


@dataclass(frozen=True, slots=True)
class ReportFolder:
    """A folder that keeps the newest reports, and the numbers of the last run as Prometheus reads them from a file."""

    folder: Path
    keep: int

    def write(self, compared: Compared, outcome: Outcome, *, time: datetime, seconds: float) -> Path:
        """Write the report of a run that began at `time`, and return its file. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"reconcile-{time:%Y%m%dT%H%M%S%f}Z.json"
        write_report(path, compared, outcome, time=time)
        keep_newest(self.folder, "reconcile-*.json", most=self.keep)
        self._write_metrics(outcome.report, time=time, seconds=seconds)
        return path

    def write_failure(self, error: TwinError, *, time: datetime, seconds: float) -> None:
        """Write why a run that began at `time` came to nothing; earlier reports stay. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shown: Mapping[str, object] = {
            "time": time.isoformat(timespec="seconds"),
            "error": {"code": error.code, "message": str(error)},
        }
        with replacing(self.folder / f"reconcile-{time:%Y%m%dT%H%M%S%f}Z.json", mode=_READABLE) as file:
            file.write(orjson.dumps(shown, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        keep_newest(self.folder, "reconcile-*.json", most=self.keep)
        self._write_metrics(None, time=time, seconds=seconds)

    def _write_metrics(self, report: Report | None, *, time: datetime, seconds: float) -> None:
        registry = CollectorRegistry()
        _gauge(registry, "failed", "Whether the last comparison came to nothing").set(report is None)
        _gauge(registry, "time_seconds", "When the last comparison began").set(time.timestamp())
        _gauge(registry, "duration_seconds", "How long the last comparison took").set(seconds)
        if report is not None:
            _gauge(registry, "revision", "Revision of the twin at the last comparison").set(report.revision)
            _gauge(registry, "refused_lines", "Lines of the source that could not be compared").set(report.refused)
            _gauge(registry, "assets", "Assets of the twin that were compared").set(report.seen.assets)
            differences = Gauge(
                "twin_reconcile_differences", "Differences found, by kind", ("kind", "group"), registry=registry
            )
            for kind in Kind:
                differences.labels(kind.value, kind.group.value).set(report.count(kind=kind))
        with replacing(self.folder / METRICS, mode=_READABLE) as file:
            file.write(generate_latest(registry))


def _gauge(registry: CollectorRegistry, name: str, meaning: str) -> Gauge:
    return Gauge(f"twin_reconcile_{name}", meaning, registry=registry)
