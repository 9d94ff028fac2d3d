"""Events as they come over any transport: decoded into the twin's own, taken, and counted."""

from app.ingest.cloudevents import binary_event, event_of, structured_events
from app.ingest.errors import MappingInvalid, TopicUnknown
from app.ingest.intake import Decoded, Intake, PartitionIntake, Taking, Told
from app.ingest.kafka_service import KafkaService, kafka_service
from app.ingest.mapping import Mapping, failed_examples
from app.ingest.mapping_document import load_mapping_file
from app.ingest.mqtt_service import MqttService, mapping_of, mqtt_service
from app.ingest.replaying import Replay, Replayer

__all__ = [
    "Decoded",
    "Intake",
    "KafkaService",
    "Mapping",
    "MappingInvalid",
    "MqttService",
    "PartitionIntake",
    "Replay",
    "Replayer",
    "Taking",
    "Told",
    "TopicUnknown",
    "binary_event",
    "event_of",
    "failed_examples",
    "kafka_service",
    "load_mapping_file",
    "mapping_of",
    "mqtt_service",
    "structured_events",
]
