"""Answers of image models that are kept untouched, beside the pictures made from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ANSWER = "answer"
"""Where a step of an asset says which answer it was made from."""

WHOLE_ANSWER = "is_whole_answer"
"""Where the step of an edit says that the model's answer was kept outside of its mask too."""


@dataclass(frozen=True)
class KeptAnswer:
    """The untouched bytes of an answer: `name` is that of the file, such as `answer.jpg`."""

    name: str
    sha256: str
    size_bytes: int
    width_px: int
    height_px: int

    def to_json(self) -> dict[str, Any]:
        """Return what a step keeps of it."""
        return dict(vars(self))


def answer_in(steps: Sequence[Mapping[str, Any]]) -> KeptAnswer | None:
    """Return the answer that lies beside an asset with these steps, or None."""
    for step in steps:
        found = step.get(ANSWER)
        if isinstance(found, Mapping):
            return KeptAnswer(**found)
    return None


def whole_answer_in(steps: Sequence[Mapping[str, Any]]) -> str:
    """Return the sentence for an edit that did not keep to its mask; empty where it did."""
    for step in steps:
        if step.get(WHOLE_ANSWER):
            why = str(step.get("why", ""))
            return f"This is the model's whole answer: outside the mask it differs too. {why}"
    return ""
