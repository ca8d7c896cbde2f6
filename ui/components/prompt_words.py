"""What a person changed in a generated prompt, word by word."""

import re
from difflib import SequenceMatcher
from typing import Literal

from ui.format import escape_markdown

Change = tuple[Literal["kept", "taken", "added"], str]
"""A piece of text, and whether it is in both prompts or in one of them."""
_PIECES = re.compile(r"\s+|\w+|[^\w\s]")


def changes_in(generated: str, written: str) -> tuple[Change, ...]:
    """Return the pieces of both texts in their order: what was kept, taken out and added.

    The kept and taken pieces together are the generated text, the kept and added the written one.
    """
    old, new = _PIECES.findall(generated), _PIECES.findall(written)
    found: list[Change] = []
    for kind, from_a, to_a, from_b, to_b in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            found.append(("kept", "".join(old[from_a:to_a])))
            continue
        if to_a > from_a:
            found.append(("taken", "".join(old[from_a:to_a])))
        if to_b > from_b:
            found.append(("added", "".join(new[from_b:to_b])))
    return tuple(found)


def changes_as_markdown(changes: tuple[Change, ...]) -> str:
    """Return the changes for Streamlit's Markdown: what was added is green, what is gone is red."""
    lines: list[list[str]] = [[]]
    for kind, text in changes:
        first, *others = text.split("\n")
        for at, part in enumerate((first, *others)):
            if at:
                lines.append([])
            if part:
                lines[-1].append(_marked(kind, part))
    return "  \n".join("".join(line).strip() for line in lines)


def _marked(kind: str, text: str) -> str:
    core = escape_markdown(text)
    if not core:
        return " "
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() else ""
    if kind == "added":
        core = f":green-background[{core}]"
    elif kind == "taken":
        core = f":red-background[~~{core}~~]"
    return f"{before}{core}{after}"
