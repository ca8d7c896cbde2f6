"""Which dialog of the studio is open.

It is remembered, and so stays open when the page runs again because a picture is finished.
"""

from dataclasses import dataclass
from typing import Literal

from ui.state import state_of

StudioDialog = Literal["", "presets", "save_preset", "sessions", "picture"]


@dataclass
class StudioDialogState:
    """The dialog that is open, "" for none, and the picture that it is about."""

    name: StudioDialog = ""
    asset_id: int = 0


def open_dialog(name: StudioDialog, asset_id: int = 0) -> None:
    """Let the page show this dialog until it is closed."""
    state = state_of(StudioDialogState)
    state.name, state.asset_id = name, asset_id


def close_dialog() -> None:
    """Let the page show none."""
    open_dialog("")


def is_open(name: StudioDialog) -> bool:
    """Say whether this dialog is open."""
    return state_of(StudioDialogState).name == name
