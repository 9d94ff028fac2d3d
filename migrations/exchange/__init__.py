"""Exchange: ontologies in the forms of other standards, written and read with notes of what is lost."""

from migrations.exchange.errors import ExchangeUnreadable, FormatUnknown
from migrations.exchange.exchanging import Read, Standard, Written, read, read_gathered, recognised, write, written
from migrations.exchange.gathered import ANY, Body, Gathered, GatheredEnum, GatheredLink, GatheredType, without
from migrations.exchange.notes import Change, Note, Notes, counted
from migrations.exchange.writing import document_text

__all__ = [
    "ANY",
    "Body",
    "Change",
    "ExchangeUnreadable",
    "FormatUnknown",
    "Gathered",
    "GatheredEnum",
    "GatheredLink",
    "GatheredType",
    "Note",
    "Notes",
    "Read",
    "Standard",
    "Written",
    "counted",
    "document_text",
    "read",
    "read_gathered",
    "recognised",
    "without",
    "write",
    "written",
]
