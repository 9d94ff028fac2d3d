"""What is wrong with documents that consumers register.

DocumentsInvalid               a manifest that is none, or documents in it that can't be executed (all problems at once)
DocumentClash                  an id that stands for another text already
UnknownConsumer                a name that no consumer has
"""

from __future__ import annotations

from graph.errors import InvalidInput, ManyProblems, Refused


class DocumentsInvalid(ManyProblems, InvalidInput):
    """A manifest that is none, or documents in it that can't be executed."""

    code = "DOCUMENTS_INVALID"


class DocumentClash(Refused):
    """An id stands for another text already."""

    code = "DOCUMENT_CLASH"


class UnknownConsumer(Refused):
    """No consumer has this name."""

    code = "UNKNOWN_CONSUMER"
