"""Migrations asked for through the service: who may, what would happen, and runs that go on whoever hangs up."""

from app.evolution.documents import outlook_document, run_document
from app.evolution.service import Evolution, Outlook, Run, RunRefused, Verb, Wish, run_owner

__all__ = ["Evolution", "Outlook", "Run", "RunRefused", "Verb", "Wish", "outlook_document", "run_document", "run_owner"]
