"""Documents are parsed and validated once; what is kept is bounded, and so is what one may ask for."""

from __future__ import annotations

import time

import pytest
from graphql import get_introspection_query

from app.graphql import OperationLimits, TwinSchema
from app.graphql.execution import LONGEST_KEPT, Documents, check_documents
from graph.documents import DocumentsInvalid
from graph.errors import LimitExceeded

pytestmark = pytest.mark.anyio

CHAIN = " ".join(
    f"fragment F{n} on Asset {{ a: parents {{ ...F{n + 1} }} b: parents {{ ...F{n + 1} }} }}" for n in range(40)
)
DEEPER = '{ asset(id: "A") { parents { parents { id } } } }'
WIDE = "query Wide($n: Int) { assets(first: $n) { nodes { id } } } query Small { revision }"
TOO_MUCH = {
    "characters": "{ revision }" + " " * 300_000,
    "root fields": "{ " + " ".join(f"a{n}: revision" for n in range(101)) + " }",
    "fields": '{ asset(id: "A") { ' + " ".join(f"a{n}: id" for n in range(2_000)) + " } }",
    "pairs": '{ asset(id: "A") { ' + "parents { parents { id } } " * 150 + " } }",
    "fragments spelled out": '{ asset(id: "A") { ...F0 } } ' + CHAIN + " fragment F40 on Asset { id }",
    "fragments unused": "{ revision } " + CHAIN + " fragment F40 on Asset { id }",
    "fragments of fragments": (
        '{ asset(id: "A") { ...F0 } } '
        + " ".join(f"fragment F{n} on Asset {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
        + " fragment F40 on Asset { id }"
    ),
}


async def test_a_valid_document_is_prepared_once(schema: TwinSchema) -> None:
    documents = Documents(schema.core)
    first = await documents.prepare("{ revision }")
    assert not first.errors
    assert await documents.prepare("{ revision }") is first


async def test_invalid_ones_are_not_kept(schema: TwinSchema) -> None:
    documents = Documents(schema.core)
    for wrong in ("{ revision", "{ nothing }"):
        assert (await documents.prepare(wrong)).errors
        assert await documents.prepare(wrong) is not await documents.prepare(wrong)


async def test_long_ones_are_not_kept(schema: TwinSchema) -> None:
    documents = Documents(schema.core)
    query = "{ revision }" + " " * LONGEST_KEPT
    assert await documents.prepare(query) is not await documents.prepare(query)


async def test_only_the_last_are_kept(schema: TwinSchema) -> None:
    documents = Documents(schema.core, kept=1)
    first = await documents.prepare("{ revision }")
    await documents.prepare("{ a: revision }")
    assert await documents.prepare("{ revision }") is not first


async def test_documents_of_too_many_tokens_are_refused(schema: TwinSchema) -> None:
    prepared = await Documents(schema.core).prepare("{ " + "revision " * 30_000 + "}")
    assert prepared.document is None
    assert prepared.errors


@pytest.mark.parametrize("name", TOO_MUCH)
async def test_documents_that_ask_for_too_much_are_refused_at_once(name: str, schema: TwinSchema) -> None:
    began = time.perf_counter()
    (error,) = (await Documents(schema.core).prepare(TOO_MUCH[name])).errors
    assert isinstance(error.original_error, LimitExceeded)
    assert error.original_error.expected
    assert time.perf_counter() - began < 2.0


async def test_fragments_that_spread_themselves_are_left_to_validation(schema: TwinSchema) -> None:
    cycle = "fragment F on Asset { parents { ...F ...G ...Unknown } } fragment G on Asset { ...F }"
    query = f'{{ asset(id: "A") {{ ...F }} }} {cycle}'
    errors = (await Documents(schema.core).prepare(query)).errors
    assert errors
    assert all(error.original_error is None for error in errors)


async def test_the_introspection_of_tools_and_a_page_of_everything_are_within_the_ceilings(schema: TwinSchema) -> None:
    asset = "id type name properties revision parents { id } ancestors { id } externalIds { system id }"
    kinds = " ".join(f"... on Pump {{ p{n}: name }}" for n in range(50))
    aliases = " ".join(f'a{n}: asset(id: "A{n}") {{ {asset} }}' for n in range(100))
    for query in (get_introspection_query(), f"{{ assets {{ nodes {{ {asset} {kinds} }} }} }}", f"{{ {aliases} }}"):
        assert not (await Documents(schema.core).prepare(query)).errors


def test_documents_are_judged_by_the_limits_in_force(schema: TwinSchema) -> None:
    documents = {"deep": DEEPER, "wide": WIDE, "good": "query Good { assets(first: 4) { nodes { id } } }"}
    check_documents(schema.core, documents)
    with pytest.raises(DocumentsInvalid) as refused:
        check_documents(schema.core, documents, limits=OperationLimits(cost=50, depth=3))
    assert [problem.place for problem in refused.value.problems] == ["deep", "wide"]
    assert "51" in refused.value.problems[1].message
