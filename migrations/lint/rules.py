"""The one table of lint's rules. The documentation's table is made from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Level(StrEnum):
    """How seriously a rule is taken."""

    OFF = "off"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule: what it says, why, and how to mend what breaks it. `level` holds where a project says nothing else."""

    level: Level
    title: str
    why: str
    mend: str


_ERROR, _WARNING = Level.ERROR, Level.WARNING
_EXEMPT: Final = "or say in the version why it may: `exempt: [{rule: ..., element: ..., reason: ...}]`"

_RULES: Final[Mapping[str, tuple[Level, str, str, str]]] = {
    "BACKWARD_BROKEN": (
        _ERROR,
        "A consumer of the version before can't go on with this one",
        "`compatibility` is BACKWARD or FULL: readers and writers that were built before a version work after it",
        f"Add the new beside the old, deprecate the old, and remove it in a later version; {_EXEMPT}",
    ),
    "FORWARD_BROKEN": (
        _ERROR,
        "A consumer of this version can't go on with the one before",
        "`compatibility` is FORWARD or FULL: what is built for a version works where the one before is served",
        f"Add it before `compatibility` is set, or take it out of this version; {_EXEMPT}",
    ),
    "REMOVED_UNDEPRECATED": (
        _ERROR,
        "Something is removed that no version before called deprecated",
        "Who uses it had no chance to hear of it",
        f"Set `deprecation` in one version and remove it in a later one; {_EXEMPT}",
    ),
    "REMOVED_EARLY": (
        _WARNING,
        "Something is removed whose `deprecation` names a later day",
        "Consumers were told that they have until then",
        "Complete the version on that day or after it",
    ),
    "DEPRECATION_DUE": (
        _WARNING,
        "A deprecated element goes soon",
        "Its `deprecation` has an `until` that is near",
        "See who still uses it (`twin documents usage --field ...`), and remove it when nobody does",
    ),
    "DEPRECATION_OVERDUE": (
        _ERROR,
        "A deprecated element should be gone",
        "The day of its `until` has passed",
        "Remove it, or give its consumers a later day",
    ),
    "DEPRECATION_UNDATED": (
        _WARNING,
        "A deprecated element has no `until`",
        "Without a day nobody hurries, and nothing ever goes",
        "Write `until` into its `deprecation`",
    ),
    "REQUIRED_UNFILLED": (
        _ERROR,
        "A property becomes required, and nothing gives it a value",
        "`complete` is refused as long as one asset has none",
        "Fill it in `backfill`, give it a default, or say in `requires` that every asset has one",
    ),
    "NARROWED_UNCHECKED": (
        _WARNING,
        "Fewer values are allowed than before, and the version demands nothing of the data",
        "What is in the way is found only when somebody completes it",
        "Say in `requires` what must hold, or correct the data in `backfill`",
    ),
    "CHANNEL_ANEW": (
        _WARNING,
        "A channel begins anew: what was kept of it before is told by no door any more",
        "Values of before would be told in another unit or datatype; until its next event an asset was never seen",
        f"Add a channel of another name beside it, and remove it when nobody asks for it any more; {_EXEMPT}",
    ),
    "NUMBER_TWICE": (
        _WARNING,
        "Two versions have one number",
        "People call versions by their numbers",
        "Give the one that is applied nowhere the next number",
    ),
    "VERSION_DRAFT": (
        _WARNING,
        "A version is a draft",
        "`apply` refuses drafts",
        "Set `status: approved`, or take the line out",
    ),
    "EXEMPTION_UNUSED": (
        _WARNING,
        "A version is exempt from a rule that it doesn't break, or that is none",
        "Whoever reads it believes that something is broken",
        "Take it out",
    ),
    "SINCE_UNKNOWN": (
        _ERROR,
        "`lint.since` names a version that is not there",
        "Rules would be asked of versions that were there before them",
        "Name one of the project's versions in `governance.yaml`",
    ),
    "DESCRIPTION_MISSING": (
        _WARNING,
        "An element has no description",
        "`governance.yaml` requires one",
        "Write a `description`",
    ),
    "OWNER_MISSING": (_WARNING, "A version has no owner", "`governance.yaml` requires one", "Write `owner`"),
    "AUTHOR_MISSING": (_WARNING, "A version has no author", "`governance.yaml` requires one", "Write `author`"),
    "REASON_MISSING": (_WARNING, "A version has no reason", "`governance.yaml` requires one", "Write `reason`"),
    "TICKET_MISSING": (_WARNING, "A version has no ticket", "`governance.yaml` requires one", "Write `ticket`"),
}

RULES: Mapping[str, Rule] = MappingProxyType(
    {code: Rule(level=level, title=title, why=why, mend=mend) for code, (level, title, why, mend) in _RULES.items()}
)
