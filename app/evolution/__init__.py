"""Migrations asked for through the service: who may, what would happen, and runs that go on whoever hangs up."""

from app.evolution.documents import applied_document, outlook_document
from app.evolution.service import Evolution, Outlook, Run, RunRefused, Verb

__all__ = ["Evolution", "Outlook", "Run", "RunRefused", "Verb", "applied_document", "outlook_document"]
