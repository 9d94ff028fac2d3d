"""Sources that were cut off or have a wrong byte are converted or refused, whatever the libraries below make of it."""

from __future__ import annotations

import random
import re
from io import BytesIO

import pytest
from basyx.aas import model
from basyx.aas.adapter import aasx
from basyx.aas.examples.data import example_aas

from graph.bulk import BulkInputBroken
from graph.bulk.formats import Format
from tests.graph.bulk.formats.conftest import Convert
from tests.graph.bulk.formats.test_azure import FILE
from tests.graph.bulk.formats.test_brick import SITE
from tests.graph.bulk.formats.test_tables import ASSETS


def package() -> bytes:
    objects = example_aas.create_full_example()
    shells = [each.id for each in objects if isinstance(each, model.AssetAdministrationShell)]
    target = BytesIO()
    with aasx.AASXWriter(target) as writer:
        writer.write_aas(shells, objects, aasx.DictSupplementaryFileContainer())
    return target.getvalue()


@pytest.mark.parametrize(
    ("kind", "data", "times"),
    [
        (Format.BRICK, SITE.encode(), 150),
        (Format.AZURE, FILE.encode(), 150),
        (Format.CSV, ASSETS.encode(), 100),
        (Format.AAS, package(), 30),
    ],
    ids=lambda value: value.value if isinstance(value, Format) else "",
)
def test_damaged_sources(convert: Convert, kind: Format, data: bytes, times: int) -> None:
    convert(kind, data)
    chance = random.Random(7)
    refused = 0
    for number in range(times):
        damaged = bytearray(data[: chance.randrange(len(data))] if number % 2 else data)
        if number % 2 == 0:
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            convert(kind, bytes(damaged))
        except BulkInputBroken:
            refused += 1
    assert refused > 0


def test_a_package_that_says_it_is_patched_is_refused(convert: Convert) -> None:
    data = package()
    patched = re.sub(rb"(PK\x01\x02.{4})..", lambda found: found[1] + b"\x20\x00", data, flags=re.DOTALL)

    with pytest.raises(BulkInputBroken):
        convert(Format.AAS, patched)
