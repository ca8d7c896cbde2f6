"""What the editor remembers of a person's session, picture by picture."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from core.domain.generation import ReferenceRole
from ui.state import state_of

Target = Literal["background", "reference"]


@dataclass(frozen=True)
class Said:
    """What the server has to tell the editor once: a sentence, and what it means for it."""

    number: int
    text: str = ""
    is_bad: bool = False
    saved_from: int | None = None
    background_id: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what the component reads."""
        saved = None if self.saved_from is None else {"from": self.saved_from}
        return {
            "number": self.number, "text": self.text, "is_bad": self.is_bad, "saved": saved,
            "background": self.background_id,
        }  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A picture that is shown to the model with an edit, and what for."""

    asset_id: int
    role: ReferenceRole = ReferenceRole.OBJECT


@dataclass
class EditorState:
    """What runs for which picture, what was chosen for an edit, and what is still to be told.

    `work` holds for a picture the kind (`task` or `job`) and the id of what makes its next
    version. `picking` is the picture, and what for, while a dialog is open.
    """

    work: dict[int, tuple[str, int]] = field(default_factory=dict)
    looked: set[int] = field(default_factory=set)
    references: dict[int, list[Shown]] = field(default_factory=dict)
    quote: Mapping[str, Any] | None = None
    copied: Mapping[str, float] = field(default_factory=dict)
    picking: tuple[int, Target] | None = None
    said: Said = field(default_factory=lambda: Said(0))
    heard: str = ""


def tell(
    text: str = "",
    *,
    is_bad: bool = False,
    saved_from: int | None = None,
    background_id: int | None = None,
) -> None:
    """Let the editor say this at its next run, once."""
    state = state_of(EditorState)
    state.said = Said(state.said.number + 1, text, is_bad, saved_from, background_id)
