"""A page's state is its session's own, and plain enough to be stored."""

import dataclasses
import importlib
import pickle
import pkgutil

import pytest
from streamlit.testing.v1 import AppTest

import ui
from ui.components.gallery_lightbox import GalleryLightboxState


def state_kinds() -> list[type]:
    """Return every `…State` dataclass of ui."""
    found: list[type] = []
    for module in pkgutil.walk_packages(ui.__path__, "ui."):
        members = vars(importlib.import_module(module.name)).values()
        found += [
            kind
            for kind in members
            if isinstance(kind, type)
            and dataclasses.is_dataclass(kind)
            and kind.__name__.endswith("State")
            and kind.__module__ == module.name
        ]
    return found


@pytest.mark.parametrize("kind", state_kinds(), ids=lambda kind: kind.__name__)
def test_can_be_stored(kind: type) -> None:
    fresh = kind()

    assert pickle.loads(pickle.dumps(fresh)) == fresh  # noqa: S301 - our own bytes


def test_outlives_a_rerun() -> None:
    def script() -> None:
        from ui.components.gallery_lightbox import (  # noqa: PLC0415 - a script of its own
            GalleryLightboxState,
        )
        from ui.state import state_of  # noqa: PLC0415 - likewise

        state_of(GalleryLightboxState).at += 1

    at = AppTest.from_function(script).run().run()

    key = "state.ui.components.gallery_lightbox.GalleryLightboxState"
    assert at.session_state[key] == GalleryLightboxState(at=2)
