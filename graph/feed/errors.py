"""Why the change log can't be followed.

Refused
└── ChangesGone         the log doesn't hold a change that the follower has not had yet
Unavailable
└── OntologySuperseded  what is followed is answered by an ontology that is no longer in force
"""

from __future__ import annotations

from graph.errors import Refused, Unavailable


class ChangesGone(Refused):
    """The log doesn't hold a change that the follower has not had yet."""

    code = "CHANGES_GONE"


class OntologySuperseded(Unavailable):
    """What is followed is answered by an ontology that is no longer in force."""

    code = "ONTOLOGY_SUPERSEDED"
