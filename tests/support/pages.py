"""Running a page of the app without a browser."""

from collections.abc import Mapping

import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest, app_test

from core.domain.accounts import Actor
from tests.support.environment import ROOT


class _LaunchersPages(PagesManager):
    """Takes AppTest's "find out whether there is a pages folder", which the launcher answered."""


class PageRunner:
    """Opens pages as a person's browser does: with a session, an address and its query."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        # AppTest asks anew at each run; the server decides once, at its start.
        patch.setattr(app_test, "PagesManager", _LaunchersPages)
        patch.setattr(PagesManager, "uses_pages_directory", False)
        st.cache_data.clear()
        st.cache_resource.clear()

    def __call__(
        self,
        path: str = "pages/dashboard.py",
        actor: Actor | None = None,
        query_params: Mapping[str, str] | None = None,
        *,
        run: bool = True,
    ) -> AppTest:
        """Return the page after its first run, or before it, for state that it should find."""
        at = AppTest.from_file(ROOT / "app.py", default_timeout=60)
        at.user = {} if actor is None else {"session": str(actor.session_id)}
        at.query_params = dict(query_params or {})
        at.switch_page(path)
        return at.run() if run else at
