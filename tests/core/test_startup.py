"""Epox does not start when it would be unsafe, and says what to set."""

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import Settings
from core.startup import check_start, prepare_database
from db import schema
from db.engine import build_engine

ANY = "0.0.0.0"  # noqa: S104 - what must be refused
SAFE: dict[str, object] = {
    "client.showErrorDetails": "none",
    "client.allowedOrigins": [],
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "server.corsAllowedOrigins": [],
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "server.trustedUserHeaders": {"X-Epox-Session": "session"},
    "server.baseUrlPath": "",
    "server.maxUploadSize": 20,
    "global.developmentMode": False,
}


def settings_with(folder: Path, **changes: object) -> Settings:
    return Settings.model_validate({"data_dir": folder / "data", **changes})


def refusal(
    settings: Settings,
    options: dict[str, object] | None = None,
    address: str = "127.0.0.1",
    env_file: Path = Path("no-such-file"),
) -> str:
    given = SAFE | (options or {})
    with pytest.raises(SettingsError) as refused:
        check_start(settings, given.__getitem__, address, env_file=env_file)
    return str(refused.value)


class TestCheckStart:
    @pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "[::1]", "127.8.8.8"])
    def test_starts_for_this_machine(self, tmp_path: Path, address: str) -> None:
        check_start(settings_with(tmp_path), SAFE.__getitem__, address, env_file=tmp_path / "no")

    @pytest.mark.parametrize("address", [ANY, "::", "", "192.168.1.5", "epox.example.com"])
    def test_names_the_hosts_variable_for_other_machines(
        self, tmp_path: Path, address: str
    ) -> None:
        assert "EPOX_ALLOWED_HOSTS" in refusal(settings_with(tmp_path), address=address)

    def test_starts_for_other_machines_when_hosts_are_named(self, tmp_path: Path) -> None:
        settings = settings_with(tmp_path, allowed_hosts="epox.example.com")

        check_start(settings, SAFE.__getitem__, ANY, env_file=tmp_path / "no")

    def test_names_the_hosts_variable_behind_a_proxy(self, tmp_path: Path) -> None:
        assert "EPOX_ALLOWED_HOSTS" in refusal(settings_with(tmp_path, behind_proxy=True))

    @pytest.mark.parametrize(
        ("option", "value"),
        [
            ("client.showErrorDetails", "full"),
            ("client.allowedOrigins", ["https://*.streamlit.app"]),
            ("server.enableXsrfProtection", False),
            ("server.enableCORS", False),
            ("server.corsAllowedOrigins", ["https://evil.com"]),
            ("server.enableStaticServing", True),
            ("server.enableAgentApi", True),
            ("server.trustedUserHeaders", {}),
            ("server.trustedUserHeaders", {"X-User": "session"}),
            ("server.baseUrlPath", "epox"),
            ("server.maxUploadSize", 200),
            ("global.developmentMode", True),
        ],
    )
    def test_names_each_unsafe_option(self, tmp_path: Path, option: str, value: object) -> None:
        sentence = refusal(settings_with(tmp_path), {option: value})

        assert option in sentence
        assert "Set it to" in sentence

    def test_names_all_that_is_wrong_at_once(self, tmp_path: Path) -> None:
        options: dict[str, object] = {"server.enableCORS": False, "server.maxUploadSize": 200}

        sentence = refusal(settings_with(tmp_path), options, ANY)

        assert sentence.count("\n- ") == 3

    def test_names_the_data_folder_that_cannot_be(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("a file")

        assert "EPOX_DATA_DIR" in refusal(settings_with(tmp_path))

    @pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
    def test_names_the_command_that_hides_secrets(self, tmp_path: Path, mode: int) -> None:
        env_file = tmp_path / ".env"
        env_file.write_text("EPOX_SIGN_UP=open\nexport GEMINI_API_KEY = 'AIza-canary'\n")
        env_file.chmod(mode)

        sentence = refusal(settings_with(tmp_path), env_file=env_file)

        assert "chmod 600" in sentence
        assert "canary" not in sentence

    @pytest.mark.parametrize(
        ("text", "mode"),
        [("GEMINI_API_KEY=x", 0o600), ("#GEMINI_API_KEY=x\nR2_SECRET_ACCESS_KEY=\n", 0o644)],
    )
    def test_starts_with_a_file_that_tells_nothing(
        self, tmp_path: Path, text: str, mode: int
    ) -> None:
        env_file = tmp_path / ".env"
        env_file.write_text(text)
        env_file.chmod(mode)

        check_start(settings_with(tmp_path), SAFE.__getitem__, "::1", env_file=env_file)


class TestPrepareDatabase:
    @pytest.mark.slow
    def test_brings_an_empty_database_to_this_version(self, empty_database_url: str) -> None:
        settings = Settings.model_validate({"database_url": empty_database_url})

        prepare_database(settings)

        assert schema.current_revision(settings.sqlalchemy_url) == schema.HEAD

    def test_refuses_a_database_of_a_newer_version(self, database_url: str) -> None:
        settings = Settings.model_validate({"database_url": database_url})
        engine = build_engine(settings.sqlalchemy_url)
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        engine.dispose()

        with pytest.raises(SettingsError, match="9999, newer than this version"):
            prepare_database(settings)

    def test_never_tells_the_password_of_a_database_that_is_away(self) -> None:
        url = "postgresql://epox:canary@127.0.0.1:1/epox"

        with pytest.raises(SettingsError, match="DATABASE_URL") as refused:
            prepare_database(Settings.model_validate({"database_url": url}))

        assert "canary" not in str(refused.value)

    def test_names_the_data_folder_when_the_embedded_database_cannot_be_opened(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "data" / "epox.db").mkdir(parents=True)

        with pytest.raises(SettingsError, match="EPOX_DATA_DIR"):
            prepare_database(settings_with(tmp_path))


def test_the_data_folder_is_closed_to_others_of_the_machine(tmp_path: Path) -> None:
    check_start(settings_with(tmp_path), SAFE.__getitem__, "127.0.0.1", env_file=tmp_path / "none")

    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
