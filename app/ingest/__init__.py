"""Events as they come over any transport: decoded into the twin's own, taken, and counted."""

from app.ingest.brokers import Door, broker_doors
from app.ingest.cloudevents import binary_event, event_of, structured_events
from app.ingest.decoding import Message
from app.ingest.errors import MappingInvalid, TopicUnknown
from app.ingest.examples import failed_examples
from app.ingest.intake import Decoded, Intake, PartitionIntake, Taking, Told
from app.ingest.kafka_address import KafkaAddress
from app.ingest.kafka_service import kafka_of
from app.ingest.letters import Choice, LetterDesk, Replays, letter_desk
from app.ingest.mapping import Mapping
from app.ingest.mapping_document import load_mapping_file
from app.ingest.mqtt_link import MqttAddress
from app.ingest.mqtt_service import broker_of, mapping_of
from app.ingest.replaying import Replay, Replayer
from app.ingest.showing import shown

__all__ = [
    "Choice",
    "Decoded",
    "Door",
    "Intake",
    "KafkaAddress",
    "LetterDesk",
    "Mapping",
    "MappingInvalid",
    "Message",
    "MqttAddress",
    "PartitionIntake",
    "Replay",
    "Replayer",
    "Replays",
    "Taking",
    "Told",
    "TopicUnknown",
    "binary_event",
    "broker_doors",
    "broker_of",
    "event_of",
    "failed_examples",
    "kafka_of",
    "letter_desk",
    "load_mapping_file",
    "mapping_of",
    "shown",
    "structured_events",
]
