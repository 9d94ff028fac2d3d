"""Why a candidate explains a symptom: the proof of its fall under the failure of the causes.

A symptom that is itself a cause needs no other evidence than that it failed. So that every explained symptom has a
proof, `own_failure` says that in a proof's words: a group named `own` without members, which needs one. By the
definition such a group is worth 0 and leaves nothing of its dependant, which is what failing of itself means; its path
is empty, and no other proof's is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from graph.errors import NotFound
from graph.impact import (
    DOWN,
    FULL,
    Combine,
    Evaluator,
    Evidence,
    GroupId,
    Kind,
    Operability,
    Proof,
    Question,
)

OWN: Final = "own"
"""What the group of an own failure is called."""


def evidence(evaluator: Evaluator, question: Question, symptoms: Iterable[str]) -> Mapping[str, Proof]:
    """For each of `symptoms` why it falls when the causes fail, in the order given; one evaluation for all.

    `question` is the causes' failure as `TopologyForecast.question` puts it. Raises NotFound for an asset that neither
    is a cause nor falls by them.
    """
    answer = evaluator.evaluate(question)
    return {
        each: own_failure(each, before=answer.before(each).lower, failed=frozenset(answer.failed))
        if each in answer.failed
        else answer.because(each)
        for each in symptoms
    }


def own_failure(asset: str, *, before: Operability = FULL, failed: frozenset[str] = frozenset()) -> Proof:
    """The proof of an asset that failed of itself, having had `before`; `failed` are those that failed with it."""
    if before == DOWN:
        raise NotFound(f"{asset} was down before", expected="an asset that could fail")
    group = GroupId(dependant=asset, kind=Kind.REQUIREMENT, name=OWN)
    decides = Evidence(
        group=group,
        relationship_type=None,
        needs=1000,
        combine=Combine.QUORUM,
        loss=FULL,
        value=DOWN,
        term=DOWN,
        before=before,
        after=DOWN,
        members=(),
        lost_count=0,
    )
    return Proof(asset=asset, decides=decides, path=(), failed=failed | {asset})


def is_own_failure(proof: Proof) -> bool:
    """Whether a proof says no more than that the asset failed of itself."""
    return not proof.path
