from __future__ import annotations

import pytest

from graph.bulk.lines import LineInvalid, parse_line
from graph.changes.model import ExternalId, UpsertAsset, UpsertRelationship


def test_an_asset() -> None:
    line = (
        b'{"kind":"asset","id":"P-1","type":"Pump","name":"Feed","properties":{"flow":{"value":1,"unit":"L/s"}},'
        b'"parents":["S"],"externalIds":[{"system":"CMMS","id":"88"}],"sourceOf":["FEEDS"],"replace":true}'
    )
    assert parse_line(line) == UpsertAsset(
        id="P-1",
        type="Pump",
        name="Feed",
        properties={"flow": {"value": 1, "unit": "L/s"}},
        parents=("S",),
        external_ids=(ExternalId(system="CMMS", id="88"),),
        source_of=("FEEDS",),
        replace=True,
    )


def test_a_relationship() -> None:
    line = b'{"kind":"relationship","type":"FEEDS","from":"a","to":"b","key":"main","properties":{"needs":1}}'
    assert parse_line(line) == UpsertRelationship(
        type="FEEDS", source="a", target="b", key="main", properties={"needs": 1}
    )


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"nonsense",
        b"[1]",
        b"null",
        b'"asset"',
        b"{}",
        b'{"kind":"asset"}',
        b'{"kind":"blub","id":"a","type":"T"}',
        b'{"kind":"asset","id":1,"type":"T"}',
        b'{"kind":"asset","id":"a","type":"T","nmae":"x"}',
        b'{"kind":"asset","id":"a","type":"T","parents":"x"}',
        b'{"kind":"asset","id":"a","type":"T"} {"kind":"asset"}',
        b'{"kind":"asset","id":"\xff\xfe","type":"T"}',
        b'{"kind":"asset","id":"\\ud800","type":"T"}',
        b'{"kind":"relationship","type":"T","from":"a"}',
        b"[" * 5000,
        b'{"kind":"asset","id":"a","type":"T","properties":{"x":' + b"9" * 5000 + b"}}",
    ],
)
def test_what_is_no_line_is_refused_with_a_hint(line: bytes) -> None:
    with pytest.raises(LineInvalid) as caught:
        parse_line(line)
    assert {problem.code for problem in caught.value.problems} == {"LINE_INVALID"}
    assert all(problem.hint for problem in caught.value.problems)


def test_everything_wrong_with_a_line_is_told_at_once() -> None:
    with pytest.raises(LineInvalid) as caught:
        parse_line(b'{"kind":"asset","id":1,"type":2}')
    assert [problem.place for problem in caught.value.problems] == ["id", "type"]
