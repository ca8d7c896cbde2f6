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
