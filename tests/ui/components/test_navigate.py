"""The browser is only ever sent to this server."""

import pytest

from ui.components.navigate import go_to_url


@pytest.mark.parametrize(
    "path", ["", "login", "//evil.example", "https://evil.example", "javascript:x"]
)
def test_leads_nowhere_else(path: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        go_to_url(path)
