"""What is wrong with how events come in.

MappingInvalid                 a mapping file that doesn't hold together (all problems at once)
RecordWithoutKey               a record of Kafka that nothing orders against others
TopicUnknown                   a topic that the mapping file doesn't speak of, and no CloudEvent on it
"""

from __future__ import annotations

from graph.errors import InvalidInput, ManyProblems


class MappingInvalid(ManyProblems, InvalidInput):
    """A mapping file that doesn't hold together."""

    code = "MAPPING_INVALID"


class RecordWithoutKey(InvalidInput):
    """A record of Kafka has no key, so it may overtake others of the same asset in another partition."""

    code = "RECORD_WITHOUT_KEY"


class TopicUnknown(InvalidInput):
    """What came on a topic is no CloudEvent, and no mapping says what it means."""

    code = "TOPIC_UNKNOWN"
