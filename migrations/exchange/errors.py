"""What keeps an ontology from being read out of another standard's file.

InvalidInput
├── ExchangeUnreadable    it is no file of that standard, or holds no type
└── FormatUnknown         it is of none of the standards that are read, and none was named
"""

from __future__ import annotations

from graph.errors import InvalidInput


class ExchangeUnreadable(InvalidInput):
    """The file is none of the standard, or there is no type in it."""

    code = "EXCHANGE_UNREADABLE"


class FormatUnknown(InvalidInput):
    """The file is of none of the standards that are read."""

    code = "EXCHANGE_FORMAT_UNKNOWN"
