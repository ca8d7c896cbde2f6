"""What the brand kit says in every prompt of the studio."""

import streamlit as st

from core.domain.accounts import Actor
from core.domain.brand_kits import BrandKit
from ui.components.counted import counted
from ui.context import services
from ui.format import escape_markdown


def show_brand(actor: Actor) -> None:
    """Draw in a few lines what the workspace's brand kit adds; nothing if it is empty."""
    show_kit(services().brand_kits.get(actor))


def show_kit(kit: BrandKit) -> None:
    """Draw in a few lines what a brand kit adds to every prompt; nothing if it is empty."""
    lines = brand_lines(kit)
    if lines:
        text = "  \n".join(escape_markdown(line) for line in lines)
        st.caption(f":material/verified: **Brand kit**  \n{text}")


def brand_lines(kit: BrandKit) -> tuple[str, ...]:
    """Return what a brand kit says, a line for each thing."""
    parts = (
        ("Colours", ", ".join(kit.palette)),
        ("Words", ", ".join(kit.words)),
        ("Notes", kit.notes),
        ("Never", counted(len(kit.banned), "banned word") if kit.banned else ""),
    )
    return tuple(f"{name}: {' '.join(value.split())}" for name, value in parts if value)
