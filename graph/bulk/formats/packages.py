"""AASX packages by the BaSyx SDK, brought into the form of a JSON environment."""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import BadZipFile

from graph.bulk.errors import BulkInputBroken
from graph.bulk.formats.errors import FormatNeedsExtra

# What the libraries for zip, packages, XML (a SyntaxError) and AAS raise where bytes are missing or wrong.
# zipfile says of a damaged header that it lacks a feature (encryption, a method of compression, patches).
_DAMAGED = (
    BadZipFile,
    zlib.error,
    RuntimeError,
    SyntaxError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
)


def environment_of(package: bytes, name: str) -> bytes:
    """Return what an AASX package holds, XML or JSON, as a JSON environment; files in it are left where they are.

    Raises BulkInputBroken and FormatNeedsExtra.
    """
    try:
        from basyx.aas import model
        from basyx.aas.adapter import aasx
        from basyx.aas.adapter import json as adapter
    except ImportError as error:
        raise FormatNeedsExtra(name, library="basyx-python-sdk", extra="aas") from error

    class WithoutFiles(aasx.AASXReader):
        """Leaves manuals and drawings packed: they are of no use here and may be larger than memory."""

        def _collect_supplementary_files(self, *_: object, **__: object) -> None:
            return None

    objects: model.DictIdentifiableStore[model.Identifiable] = model.DictIdentifiableStore()
    try:
        with WithoutFiles(BytesIO(package), failsafe=False) as reader:
            reader.read_into(objects, aasx.DictSupplementaryFileContainer())  # pyright: ignore[reportUnknownMemberType] - its **kwargs
        return adapter.object_store_to_json(objects).encode()  # pyright: ignore[reportUnknownMemberType] - its **kwargs
    except _DAMAGED as error:
        raise BulkInputBroken(
            f"{name} is no AASX package that can be read",
            expected="a package of Asset Administration Shells, version 3",
            actual=str(error)[:300],
            hint="Export the environment as JSON and load that",
        ) from error
