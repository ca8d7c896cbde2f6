"""The words of edits: templates of the prompt engine, filled with what an edit asks for."""

import re
from collections.abc import Mapping, Sequence

from core.domain.edit_settings import EditMode, EditSettings
from core.domain.generation import MAX_PROMPT_CHARS, ReferenceRole
from core.domain.prompts import fill, one_line, template_text

EDIT_TEMPLATES: Mapping[EditMode, str] = {
    "edit": "edit@1",
    "erase": "erase@1",
    "expand": "expand@1",
    "again_larger": "again@1",
}
"""The template of each kind of edit: its name and version. A changed text is a new version."""

_SHOWN: Mapping[ReferenceRole, str] = {
    ReferenceRole.OBJECT: "shows something that the person's words speak of: use it for shape, "
    "material and colour.",
    ReferenceRole.PRODUCT: "shows the product from another side: use it for shape and details.",
    ReferenceRole.STYLE: "is the style reference: take light and mood, not objects.",
    ReferenceRole.SCENE: "is the scene reference: take the kind of place and its layout, and "
    "leave out the products in it.",
    ReferenceRole.PALETTE: "is the palette reference: take its colours, nothing else.",
}
_ONLY_THERE = (
    "Change the picture only where the mask is white, up to its edge; where it is black the "
    "picture stays as it is."
)


def write_edit(
    edit: EditSettings,
    instruction: str,
    roles: Sequence[ReferenceRole],
    *,
    has_border: bool = False,
) -> str:
    """Return the prompt of an edit, exactly as it is sent.

    `roles` are those of all pictures that go with it, the picture itself first. `has_border` says
    that it is shown on a canvas of another shape. The person's words are data of one line: they
    cannot end the block or the quotes that they stand in.
    """
    holes = {
        "pictures": "\n".join(_pictures(edit, roles, has_border=has_border)),
        "instruction": _data(instruction, in_quotes=edit.mode != "edit"),
        "where": _ONLY_THERE if ReferenceRole.MASK in roles else "",
    }
    return fill(template_text(EDIT_TEMPLATES[edit.mode]), holes)


def _pictures(edit: EditSettings, roles: Sequence[ReferenceRole], *, has_border: bool) -> list[str]:
    lines = []
    for at, role in enumerate(roles, start=1):
        if role is ReferenceRole.SOURCE:
            lines.append(f"Image {at} {_source(edit, has_border=has_border)}")
        elif role is ReferenceRole.MASK:
            lines.append(f"Image {at} {_mask(edit)}")
        else:
            lines.append(f"Image {at} {_SHOWN[role]}")
    return lines


def _source(edit: EditSettings, *, has_border: bool) -> str:
    if edit.mode == "expand":
        return "is the picture on a larger canvas; the plain grey border around it is empty."
    border = " The plain grey border at its edges stays as it is." if has_border else ""
    return f"is the picture that is meant.{border}"


def _mask(edit: EditSettings) -> str:
    if edit.mode == "expand":
        return (
            "is the mask of image 1, of the same size: white is the border to fill, black is the "
            "picture."
        )
    return (
        "is the mask of image 1, of the same size: white is the place that is meant, black is what "
        "stays."
    )


def _data(text: str, *, in_quotes: bool) -> str:
    plain = re.sub(r"={2,}", "=", one_line(text, max_chars=MAX_PROMPT_CHARS))
    return plain.replace('"', "'") if in_quotes else plain
