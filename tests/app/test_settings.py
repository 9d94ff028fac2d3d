from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from app.settings import PREFIX, Auth, Settings, SettingsInvalid, load_settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No variable of ours, and a working directory without a file."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_need_nothing() -> None:
    settings = load_settings()
    assert settings.neo4j_uri is None
    assert (settings.host, settings.port, settings.auth) == ("127.0.0.1", 8000, Auth.TOKEN)
    assert set(settings.origins().values()) == {"default"}


def test_environment_wins_over_the_file_and_origins_say_so(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "twin.toml").write_text('port = 9000\nhost = "::1"\ntenant = "site7"\n')
    monkeypatch.setenv("TWIN_PORT", "9001")
    settings = load_settings(tenant="other")
    assert (settings.port, settings.host, settings.tenant) == (9001, "::1", "other")
    origins = settings.origins()
    assert (origins["port"], origins["host"], origins["tenant"], origins["auth"]) == (
        "TWIN_PORT",
        "twin.toml",
        "given",
        "default",
    )


def test_changed_keeps_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIN_NEO4J_PASSWORD", "s3cret")
    settings = load_settings().changed(port=0)
    assert settings.port == 0
    assert settings.neo4j_password == SecretStr("s3cret")
    assert settings.origins()["port"] == "given"


def test_an_unknown_variable_fails_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIN_NEO4J_URL", "bolt://x")
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    (problem,) = caught.value.problems
    assert problem.code == "SETTING_UNKNOWN"
    assert problem.hint == "Did you mean TWIN_NEO4J_URI?"


def test_an_unknown_key_of_the_file_fails_with_the_nearest_name(bare: Path) -> None:
    (bare / "twin.toml").write_text("prot = 1\n")
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    (problem,) = caught.value.problems
    assert (problem.place, problem.hint) == ("twin.toml", "Did you mean port?")


def test_the_suites_own_switches_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIN_TEST_NEO4J_LINE", "5.26")
    load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "70000"), ("PORT", "eighty"), ("AUTH", "maybe"), ("TENANT", "Über"), ("REQUEST_TIMEOUT", "0")],
)
def test_a_wrong_value_is_named_with_its_variable(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"TWIN_{name}", value)
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    assert [problem.place for problem in caught.value.problems] == [f"TWIN_{name}"]


def test_all_wrong_values_are_told_at_once(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "twin.toml").write_text("body_limit = 3\n")
    monkeypatch.setenv("TWIN_PORT", "-1")
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    assert {problem.place for problem in caught.value.problems} == {"TWIN_PORT", "twin.toml: body_limit"}


def test_a_broken_file_is_one_clear_problem(bare: Path) -> None:
    (bare / "twin.toml").write_text("port = = 1\n")
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    assert caught.value.problems[0].place == "twin.toml"


def test_secrets_never_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIN_NEO4J_PASSWORD", "hunter2")
    monkeypatch.setenv("TWIN_TOKEN", "hunter3")
    settings = load_settings()
    for text in (repr(settings), str(settings), settings.model_dump_json()):
        assert "hunter" not in text


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        load_settings().port = 1


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIN_NEO4J_URI", "")
    settings = load_settings()
    assert settings.neo4j_uri is None
    assert settings.origins()["neo4j_uri"] == "default"
