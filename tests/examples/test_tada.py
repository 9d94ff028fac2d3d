"""gql.tada takes the schema as it is printed: documents are typed with no code made for them, wrong ones refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.examples.conftest import EXAMPLES
from tests.javascript import Package

SCHEMA = EXAMPLES.parent / "docs" / "schema.graphql"


@pytest.mark.long
async def test_documents_are_typed_by_the_schema(tmp_path: Path) -> None:
    package = await Package.copied(Path(__file__).parent / "tada", tmp_path / "tada")
    shutil.copy(SCHEMA, package.folder)
    await package.tool("gql.tada", "generate-output")
    await package.tool("tsc")  # what is expected to be refused is marked in the source
    source = package.folder / "src" / "documents.ts"
    source.write_text(source.read_text(encoding="utf-8").replace("ratedFlow ?? 0", "ratedFlaw ?? 0"), encoding="utf-8")
    with pytest.raises(AssertionError, match="ratedFlaw"):
        await package.tool("tsc")
