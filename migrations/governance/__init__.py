"""How changes are agreed: what a project asks of its versions, who said yes to them, and the chain over the ledger."""

from migrations.governance.approvals import Approval, approvals_of
from migrations.governance.corrections import Correction
from migrations.governance.entries import Entry, EntryKind, NewEntry
from migrations.governance.settings import FILE, Governance, LintSettings, governance_schema, load_governance

__all__ = [
    "FILE",
    "Approval",
    "Correction",
    "Entry",
    "EntryKind",
    "Governance",
    "LintSettings",
    "NewEntry",
    "approvals_of",
    "governance_schema",
    "load_governance",
]
