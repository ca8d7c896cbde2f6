"""Settings come from the environment; a wrong one is named in a sentence."""

import pytest

from core.errors import SettingsError
from core.settings import load_settings


class TestAllowedHosts:
    def test_are_names_with_commas_between(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EPOX_ALLOWED_HOSTS", "Epox.example.com, 10.0.0.5,, [2001:db8::1] ")

        hosts = load_settings().allowed_hosts

        assert hosts == ("epox.example.com", "10.0.0.5", "[2001:db8::1]")

    @pytest.mark.parametrize("hosts", ["*", "https://a.b", "a.b:8501", "*.a.b", "a/b", "a b", "-"])
    def test_are_nothing_else(self, monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
        monkeypatch.setenv("EPOX_ALLOWED_HOSTS", hosts)

        with pytest.raises(SettingsError, match="EPOX_ALLOWED_HOSTS"):
            load_settings()


class TestLimits:
    @pytest.mark.parametrize(
        ("variable", "field"),
        [
            ("EPOX_GEMINI_RPM", "gemini_requests_per_minute"),
            ("EPOX_GEMINI_IPM", "gemini_images_per_minute"),
            ("EPOX_GEMINI_CALLS_AT_ONCE", "gemini_calls_at_once"),
        ],
    )
    def test_are_numbers_or_none(
        self, monkeypatch: pytest.MonkeyPatch, variable: str, field: str
    ) -> None:
        monkeypatch.setenv(variable, "12")
        assert getattr(load_settings(), field) == 12

        monkeypatch.setenv(variable, "")
        assert getattr(load_settings(), field) is None

    @pytest.mark.parametrize(
        ("variable", "value"),
        [
            ("EPOX_GEMINI_RPM", "0"),
            ("EPOX_GEMINI_RPM", "10001"),
            ("EPOX_GEMINI_IPM", "many"),
            ("EPOX_GEMINI_CALLS_AT_ONCE", "65"),
            ("EPOX_REPEAT_UNKNOWN", "4"),
            ("EPOX_REPEAT_UNKNOWN", "-1"),
            ("EPOX_WORKER_STOP_S", "0"),
            ("EPOX_WORKER_STOP_S", "601"),
        ],
    )
    def test_name_the_variable_that_is_wrong(
        self, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
    ) -> None:
        monkeypatch.setenv(variable, value)

        with pytest.raises(SettingsError, match=variable):
            load_settings()
