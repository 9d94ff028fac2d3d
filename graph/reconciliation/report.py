"""What a comparison tells: how much was compared, how many differences of each kind, and the first of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.errors import Problem
from graph.identity import Revision
from graph.ontology.model import Json
from graph.reconciliation.findings import Count, Seen
from graph.reconciliation.model import MEANINGS, Difference, Group, Kind
from graph.reconciliation.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A comparison of the twin, as it was at `revision`, with `source`.

    `refused` lines of the source could not be compared, `problems` are the first of them; `left_out` says what its
    format had beside assets and relationships. `counts` are by kind, type and owner, `samples` the first of each kind.
    """

    source: str
    question: Question
    revision: Revision
    lines: int
    refused: int
    problems: Sequence[tuple[int, Problem]]
    source_assets: int
    source_relationships: int
    seen: Seen
    counts: Sequence[Count]
    samples: Mapping[Kind, Sequence[Difference]]
    left_out: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def same(self) -> bool:
        """Whether nothing differs, of all that could be compared, and all of the source could."""
        return not self.counts and not self.refused

    def count(self, group: Group | None = None, *, kind: Kind | None = None) -> int:
        """Return how many differences there are of a group or a kind, or of all."""
        return sum(
            each.count
            for each in self.counts
            if (group is None or each.kind.group is group) and (kind is None or each.kind is kind)
        )

    def by_kind(self) -> dict[Kind, int]:
        """Return how many differences there are of each kind that there is."""
        counted = {kind: self.count(kind=kind) for kind in Kind}
        return {kind: count for kind, count in counted.items() if count}

    def by_owner(self) -> dict[str, int]:
        """Return how many differences concern each owner that is named."""
        found: dict[str, int] = {}
        for each in self.counts:
            if each.owner is not None:
                found[each.owner] = found.get(each.owner, 0) + each.count
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def report_json(report: Report) -> dict[str, Json]:
    """Return a report as JSON."""
    extent = report.question.extent
    return {
        "source": report.source,
        "revision": int(report.revision),
        "same": report.same,
        "extent": {"within": extent.within, "types": list[Json](extent.types), "ownedBy": extent.owned_by},
        "exact": report.question.exact,
        "lines": report.lines,
        "refused": report.refused,
        "problems": [
            {"line": line, "code": problem.code, "message": str(problem)} for line, problem in report.problems
        ],
        "leftOut": dict[str, Json](report.left_out),
        "sourceAssets": report.source_assets,
        "sourceRelationships": report.source_relationships,
        "assets": report.seen.assets,
        "relationships": report.seen.relationships,
        "unowned": report.seen.unowned,
        **{group.value: report.count(group) for group in Group},
        "kinds": [_kind_json(report, kind, count) for kind, count in report.by_kind().items()],
        "owners": dict[str, Json](report.by_owner()),
    }


def difference_json(difference: Difference) -> dict[str, Json]:
    """Return a difference as JSON; what says nothing is left out."""
    link = difference.link
    shown: dict[str, Json] = {"kind": difference.kind.value, "asset": difference.asset, "type": difference.type}
    if link is not None:
        shown["relationship"] = {"type": link.type, "from": link.source, "to": link.target, "key": link.key}
    if difference.property is not None:
        shown["property"] = difference.property
    if difference.kind.group is Group.DIFFERENT:
        shown |= {"source": difference.source, "twin": difference.twin}
    if difference.owner is not None:
        shown["owner"] = difference.owner
    return shown


def _kind_json(report: Report, kind: Kind, count: int) -> dict[str, Json]:
    return {
        "kind": kind.value,
        "group": kind.group.value,
        "meaning": MEANINGS[kind],
        "count": count,
        "types": _by_type(each for each in report.counts if each.kind is kind),
        "samples": [difference_json(each) for each in report.samples.get(kind, ())],
    }


def _by_type(counts: Iterable[Count]) -> dict[str, Json]:
    found: dict[str, int] = {}
    for each in counts:
        found[each.type] = found.get(each.type, 0) + each.count
    return dict[str, Json](sorted(found.items()))
