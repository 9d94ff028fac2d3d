"""Receipts of change sets, as doors show them."""

from __future__ import annotations

from graph.changes.model import Receipt
from graph.ontology.model import Json


def receipt_json(receipt: Receipt) -> dict[str, Json]:
    """Return what a change set did, by the names of the contract."""
    return {
        "revision": int(receipt.revision),
        "assetsCreated": receipt.assets_created,
        "assetsUpdated": receipt.assets_updated,
        "assetsDeleted": receipt.assets_deleted,
        "relationshipsCreated": receipt.relationships_created,
        "relationshipsUpdated": receipt.relationships_updated,
        "relationshipsDeleted": receipt.relationships_deleted,
        "replayed": receipt.replayed,
    }
