"""What is wrong with messages of Sparkplug.

InvalidInput
├── SparkplugInvalid   no payload of Sparkplug B, or one that lacks what its kind has to have
└── SparkplugUnborn    data of a node or device whose birth wasn't heard
"""

from __future__ import annotations

from graph.errors import InvalidInput


class SparkplugInvalid(InvalidInput):
    """A payload is none of Sparkplug B, or lacks what its kind has to have."""

    code = "SPARKPLUG_INVALID"


class SparkplugUnborn(InvalidInput):
    """Data came of a node or device whose birth certificate wasn't heard: nobody knows what it means."""

    code = "SPARKPLUG_UNBORN"
