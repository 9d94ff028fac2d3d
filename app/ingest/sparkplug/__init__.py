"""Sparkplug B: what edge nodes say of themselves and their devices, from birth to death, as events."""

from app.ingest.sparkplug.errors import SparkplugInvalid, SparkplugUnborn
from app.ingest.sparkplug.host import Host
from app.ingest.sparkplug.meaning import named_events
from app.ingest.sparkplug.payload import Datatype, Metric, Payload, decode, encode, rebirth
from app.ingest.sparkplug.topic import Kind, Topic, is_sparkplug, parse_topic

__all__ = [
    "Datatype",
    "Host",
    "Kind",
    "Metric",
    "Payload",
    "SparkplugInvalid",
    "SparkplugUnborn",
    "Topic",
    "decode",
    "encode",
    "is_sparkplug",
    "named_events",
    "parse_topic",
    "rebirth",
]
