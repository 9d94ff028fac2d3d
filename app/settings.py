"""The settings: environment `TWIN_*`, or `twin.toml` in the working directory. Nobody else reads the environment."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, cast
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from app.setting_words import (
    Auth,
    Documents,
    KafkaBegin,
    KafkaKeyless,
    KafkaSasl,
    LogFormat,
    LogLevel,
    MqttVersion,
    checked_host,
)
from graph.errors import InvalidInput, ManyProblems, Problem
from graph.identity import parse_tenant

PREFIX: Final = "TWIN_"
FILE: Final = "twin.toml"
# The suite's own switches and what the test runner sets; the service reads none of them.
_NOT_SETTINGS: Final = ("TWIN_TEST_",)


class SettingsInvalid(ManyProblems, InvalidInput):
    """A setting is unknown, or has a value it can't have."""

    code = "SETTINGS_INVALID"


def _setting(default: Any, meaning: str, *, unit: str = "-", **bounds: float) -> Any:
    return cast(
        "object",
        Field(default=default, description=meaning, json_schema_extra={"unit": unit}, **bounds),  # pyright: ignore[reportArgumentType, reportCallIssue] - pydantic types each bound apart
    )


def _checked_tenant(text: str) -> str:
    try:
        return parse_tenant(text)
    except InvalidInput as error:
        raise ValueError(f"{error.message}: {error.expected}") from error


def _listed(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _checked_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    for origin in origins:
        parts = urlsplit(origin)
        if origin != "*" and not (parts.scheme in ("http", "https") and origin == f"{parts.scheme}://{parts.netloc}"):
            raise ValueError(f"{origin!r} is no origin: write scheme and host, as https://ui.example.org")
    return origins


class Settings(BaseSettings):
    """All settings, frozen. Make it with `load_settings`, which explains what is wrong."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        toml_file=FILE,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    neo4j_uri: str | None = _setting(
        None, "Neo4j to work with (`bolt://`, `neo4j://`, with `+s` for TLS). Without it: the local server"
    )
    neo4j_user: str = _setting("neo4j", "User at that Neo4j")
    neo4j_password: SecretStr = _setting(SecretStr(""), "Password at that Neo4j")
    neo4j_database: str | None = _setting(None, "Database to use. Without it: the user's home database")
    neo4j_pool_size: int = _setting(50, "Most connections to Neo4j at a time", unit="connections", ge=2, le=1000)
    neo4j_jars: Path | None = _setting(None, "Folder to take the local server's jars from, where there is no network")
    neo4j_mirror: str | None = _setting(None, "Maven repository to take them from instead of Maven Central")
    data_dir: Path = _setting(
        user_data_path("twin-topology", appauthor=False), "Folder of the local server and everything else that is kept"
    )
    history_url: SecretStr | None = _setting(
        None,
        "PostgreSQL (TimescaleDB where it is there) for the history of values, dead letters and alarms, "
        "`postgresql://user:password@host/database`. Without it: SQLite files in TWIN_DATA_DIR",
    )
    history_days: int = _setting(
        400, "How long values of channels are kept; 0: for ever", unit="days", ge=0, le=100_000
    )
    dead_letters: int = _setting(
        10_000, "Dead letters kept for each tenant, the newest", unit="letters", ge=1, le=10_000_000
    )
    dead_letter_days: int = _setting(30, "How long dead letters are kept", unit="days", ge=1, le=10_000)
    alarms: bool = _setting(default=True, meaning="Whether this process raises alarms, where no other one does")
    alarm_days: int = _setting(90, "How long alarms are kept once they are over", unit="days", ge=1, le=10_000)
    alarm_flood: int = _setting(
        10,
        "Alarms within TWIN_ALARM_FLOOD_SECONDS that are a flood, behind which root causes are sought; 0: none",
        unit="alarms",
        ge=0,
    )
    alarm_flood_seconds: float = _setting(
        60.0, "In which time alarms make a flood, and after which without any it is over", unit="seconds", gt=0
    )
    objective_seconds: float = _setting(
        1.0, "How soon after its receipt an event can be asked for, as is promised of most", unit="seconds", gt=0
    )
    objective_share: float = _setting(0.95, "Of how many events that is promised", unit="share", gt=0, lt=1)
    source_silence: float = _setting(
        300.0, "After which time without any event a source has fallen silent", unit="seconds", gt=0
    )
    mapping: Path | None = _setting(None, "Mapping file: what a site's own topics and payloads mean")
    mqtt_url: SecretStr | None = _setting(
        None, "MQTT broker to take events from, `mqtt://user:password@host:1883`, `mqtts://` for TLS. Without it: none"
    )
    mqtt_topics: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = _setting(
        (), "Topic filters that CloudEvents come on, with commas between; those of the mapping file are added"
    )
    mqtt_group: str = _setting(
        "twin", "Group of shared subscriptions, whose members each get a part; empty: everything comes to this service"
    )
    mqtt_client: str | None = _setting(
        None, "Id at the broker, which keeps messages for it meanwhile. Without it: one of machine and data folder"
    )
    mqtt_version: MqttVersion = _setting(MqttVersion.FIVE, "MQTT version: `5` or `3.1.1`")
    mqtt_ca: Path | None = _setting(None, "Certificates to trust over `mqtts://`, in PEM. Without it: the machine's")
    mqtt_certificate: Path | None = _setting(None, "Our own certificate for the broker, in PEM")
    mqtt_key: Path | None = _setting(None, "Its private key, in PEM")
    sparkplug_host: Annotated[str | None, AfterValidator(checked_host)] = _setting(
        None, "Id by which this service is the primary host of Sparkplug's nodes. Without it: it is none"
    )
    kafka_servers: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = _setting(
        (), "Brokers of a Kafka to take events from, `host:9092`, with commas between. Without it: none"
    )
    kafka_topics: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = _setting(
        (),
        "Topics that CloudEvents come on, with commas between, `^...` a pattern; those of the mapping file are added",
    )
    kafka_group: str = _setting("twin", "Group of consumers, whose members each get a part of the partitions")
    kafka_begin: KafkaBegin = _setting(
        KafkaBegin.EARLIEST, "Where to begin topics of which nothing was taken yet: `earliest` or `latest`"
    )
    kafka_keyless: KafkaKeyless = _setting(
        KafkaKeyless.PARK, "Records without a key: `park` them as dead letters, or `take` them"
    )
    kafka_tls: bool = _setting(default=False, meaning="Whether the brokers are spoken to by TLS")
    kafka_ca: Path | None = _setting(None, "Certificates to trust, in PEM. Without it: the machine's")
    kafka_certificate: Path | None = _setting(None, "Our own certificate for the brokers, in PEM")
    kafka_key: Path | None = _setting(None, "Its private key, in PEM")
    kafka_sasl: KafkaSasl | None = _setting(
        None, "How TWIN_KAFKA_USER is shown: `PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512`. Without it: not at all"
    )
    kafka_user: str | None = _setting(None, "User at the brokers")
    kafka_password: SecretStr = _setting(SecretStr(""), "Password at the brokers")
    host: str = _setting("127.0.0.1", "Address the service listens at")
    port: int = _setting(8000, "Port the service listens at; 0 takes a free one", ge=0, le=65535)
    auth: Auth = _setting(Auth.TOKEN, "`token`: bearer tokens; `none`: everyone is the operator, on loopback alone")
    tenant: Annotated[str, AfterValidator(_checked_tenant)] = _setting(
        "default", "Tenant of the command line, and of everyone where `auth` is `none`"
    )
    token: SecretStr | None = _setting(None, "Bearer token that the command line sends with `--server`")
    source_token: SecretStr | None = _setting(
        None, "Bearer token for the service that `twin reconcile` compares with, where its source is an address"
    )
    ontology: Path | None = _setting(None, "Folder of the ontology project. Without it: the bundled campus ontology")
    graphiql: bool = _setting(default=True, meaning="Whether a browser gets GraphiQL at `/graphql`")
    body_limit: int = _setting(
        10_000_000, "Longest request body; bulk loads are not bound by it", unit="bytes", ge=1_000
    )
    reconcile_limit: int = _setting(
        1_000_000_000, "Longest body to compare with, as it comes and unpacked", unit="bytes", ge=1_000
    )
    question_workers: int | None = _setting(
        None, "Questions computed at a time, in one process. Without it: one a core", unit="questions", ge=1, le=256
    )
    question_line: int = _setting(
        64, "Questions that may wait to be computed; the next one is refused with TOO_BUSY", unit="questions", ge=0
    )
    question_timeout: float = _setting(
        25.0, "Longest time to compute one question, waiting among it", unit="seconds", gt=0
    )
    request_timeout: float = _setting(30.0, "Longest time for one GraphQL request", unit="seconds", gt=0)
    cors_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed), AfterValidator(_checked_origins)] = (
        _setting((), "Origins whose pages may read answers, with commas between; `*`: all. Without it: none")
    )
    documents: Documents = _setting(
        Documents.ANY, "`any`: whatever a client sends; `trusted`: registered documents alone, by their ids"
    )
    apq_limit: int = _setting(
        1_000, "Documents that clients may register on the way (APQ) in one process; 0: none", unit="documents", ge=0
    )
    usage_days: int = _setting(
        90, "How long it is kept who used which operations and fields; 0: it is not noted", unit="days", ge=0
    )
    migration_share: float = _setting(
        0.5,
        "How much of the time steps of migrations over data work; the rest is left to readers and writers",
        unit="share of 1",
        gt=0,
        le=1,
    )
    cost_limit: int = _setting(
        1_000_000, "Objects that the largest answer of a GraphQL operation may have", unit="objects", ge=1
    )
    cost_budget: int | None = _setting(
        None,
        "Objects that all GraphQL operations of one token may cost over time. Without it: no bound",
        unit="objects",
        ge=1,
    )
    cost_budget_seconds: float = _setting(
        60.0, "Time in which a spent TWIN_COST_BUDGET is whole again", unit="seconds", gt=0
    )
    depth_limit: int = _setting(30, "Fields inside fields of a GraphQL operation", unit="fields", ge=3)
    alias_limit: int = _setting(500, "Aliases in a GraphQL document", unit="aliases", ge=0)
    introspection: bool = _setting(default=True, meaning="Whether the GraphQL schema may be asked for")
    batch_limit: int = _setting(
        0, "Operations in one GraphQL request; 0 takes no batches", unit="operations", ge=0, le=1000
    )
    subscriptions: int = _setting(
        20_000, "Most operations under way over WebSocket and as events, in all", unit="subscriptions", ge=0
    )
    subscriptions_per_principal: int = _setting(1_000, "Most of them for one token", unit="subscriptions", ge=0)
    ping_interval: float = _setting(25.0, "Time between signs of life on a connection that waits", unit="seconds", gt=0)
    shutdown_timeout: float = _setting(
        15.0, "How long requests may go on after a stop was asked for", unit="seconds", ge=0
    )
    log_level: LogLevel = _setting(LogLevel.INFO, "The least that is logged: `debug`, `info`, `warning`, `error`")
    log_format: LogFormat = _setting(
        LogFormat.AUTO, "`json`, `console`, or `auto`: console where the log goes to a terminal"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic passes it
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic passes it
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    def changed(self, **given: object) -> Settings:
        """Return these settings with some of them given by the caller (an option of the command line)."""
        return _validated({**self.model_dump(), **given})

    def origins(self) -> Mapping[str, str]:
        """Return where each setting came from: its variable, the file, `default`, or `given` by the caller."""
        environment, file = _environment(), _file()
        defaults = {name: field.default for name, field in type(self).model_fields.items()}

        def origin(name: str) -> str:
            variable = f"{PREFIX}{name.upper()}"
            source = variable if variable in environment else FILE if name in file else "default"
            expected = getattr(_known(), name) if source != "default" else defaults[name]
            return source if getattr(self, name) == expected else "given"

        return {name: origin(name) for name in defaults}


def load_settings(**given: object) -> Settings:
    """Return the settings in force; `given` wins over environment and file. Raises SettingsInvalid."""
    unknown = [*_unknown_variables(), *_unknown_keys()]
    if unknown:
        raise SettingsInvalid("Unknown settings", tuple(unknown), hint="`docs/settings.md` lists all there are")
    return _validated(given)


def _known() -> Settings:
    return Settings()


def _validated(given: Mapping[str, object]) -> Settings:
    try:
        return Settings(**cast("dict[str, Any]", given))
    except ValidationError as error:
        problems = tuple(_problem(dict(fault)) for fault in error.errors(include_url=False, include_input=False))
        raise SettingsInvalid("Settings that can't be used", problems) from error


def _problem(fault: Mapping[str, Any]) -> Problem:
    name = ".".join(str(part) for part in fault["loc"])
    variable = f"{PREFIX}{name.upper()}"
    place = variable if variable in _environment() else f"{FILE}: {name}" if name in _file() else name
    return Problem(code="SETTING_INVALID", message=str(fault["msg"]), place=place, hint=_meaning(name))


def _meaning(name: str) -> str | None:
    field = Settings.model_fields.get(name)
    return None if field is None else f"{PREFIX}{name.upper()}: {field.description}"


def _environment() -> dict[str, str]:
    """Variables with our prefix, by their name in capitals; empty ones count as unset."""
    return {name.upper(): value for name, value in os.environ.items() if name.upper().startswith(PREFIX) and value}


def _file() -> dict[str, object]:
    path = Path(FILE)
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = Problem(code="SETTING_INVALID", message=str(error), place=FILE, expected="TOML 1.0 in UTF-8")
        raise SettingsInvalid("The file of settings can't be read", (problem,)) from error


def _unknown_variables() -> list[Problem]:
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    return [
        _unknown(name, known, place="environment")
        for name in sorted(_environment())
        if name not in known and not name.startswith(_NOT_SETTINGS)
    ]


def _unknown_keys() -> list[Problem]:
    known = list(Settings.model_fields)
    return [_unknown(name, known, place=FILE) for name in sorted(_file()) if name not in known]


def _unknown(name: str, known: list[str], *, place: str) -> Problem:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}?" if near else "Remove it; `docs/settings.md` lists all settings"
    return Problem(code="SETTING_UNKNOWN", message=f"There is no setting {name}", place=place, hint=hint)
