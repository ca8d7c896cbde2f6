"""What is written about Epox holds: settings, dependencies, links."""

import re

import pytest

from core.settings import Settings
from tests.support.environment import ROOT

PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _variables() -> dict[str, object]:
    """Return each setting's variable and its default."""
    found: dict[str, object] = {}
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        is_given_name = alias is not None and not isinstance(alias, str)
        variable = str(alias.choices[-1]) if is_given_name else f"EPOX_{name.upper()}"  # type: ignore[union-attr] # AliasChoices
        found[variable] = field.default
    return found


class TestEnvExample:
    def test_lists_every_setting_and_no_other(self) -> None:
        listed = re.findall(r"^([A-Z0-9_]+)=", _read(".env.example"), re.MULTILINE)

        assert sorted(listed) == sorted(_variables())

    def test_gives_the_defaults(self) -> None:
        assert Settings(_env_file=ROOT / ".env.example") == Settings(_env_file=None)


class TestOperations:
    def test_lists_every_setting_and_no_other(self) -> None:
        table = _read("docs/operations.md").partition("## Settings")[2].partition("\n## ")[0]

        listed = re.findall(r"^\| `([A-Z0-9_]+)`", table, re.MULTILINE)

        assert sorted(listed) == sorted(_variables())


class TestDependencies:
    @pytest.mark.parametrize("name", ["app", "dev"])
    def test_each_has_its_reason(self, name: str) -> None:
        lines = _read(f"requirements/{name}.in").splitlines()
        wanted = [match[0] for line in lines if (match := re.match(r"[a-z][a-z0-9-]*", line))]
        record = _read("docs/decisions/0002-dependencies.md")
        section = record.partition(f"(`{name}.in`)")[2].partition("\n## ")[0]

        assert re.findall(r"^\| `([a-z0-9-]+)`", section, re.MULTILINE) == wanted


class TestPages:
    @pytest.mark.parametrize("name", PAGES)
    def test_each_link_leads_to_a_file(self, name: str) -> None:
        links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", _read(name))

        assert [link for link in links if not ((ROOT / name).parent / link).exists()] == []
