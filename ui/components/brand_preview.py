"""What a brand kit does: the lines that it adds to every prompt, and the words that it stops."""

import streamlit as st

from core.domain.brand_kits import BrandKit
from core.domain.prompts import Briefing, ProductFacts, write
from core.domain.setting_layers import Resolved
from ui.components.counted import counted
from ui.context import services
from ui.format import escape_markdown


def added_lines(kit: BrandKit) -> tuple[str, ...]:
    """Return the lines that the kit adds to every prompt, as the prompt engine writes them."""
    facts, settings = ProductFacts("A product"), Resolved().settings
    without = set(write(Briefing(facts, settings)).splitlines())
    whole = write(Briefing(facts, settings, brand=kit)).splitlines()
    return tuple(line for line in whole if line not in without)


def show_brand_preview(kit: BrandKit) -> None:
    """Draw what the kit adds to every prompt, to the letter."""
    with st.container(border=True, key="brand.preview"):
        st.subheader("In every prompt", anchor=False)
        lines = added_lines(kit)
        if not lines:
            st.caption("Nothing yet: choose colours, words or notes.")
            return
        st.caption("To the letter, in the order in which the model reads it:")
        st.code("\n".join(lines), language=None, wrap_lines=True)
        deaf = [spec.label for spec in services().generation.models() if not spec.reads_sentences]
        if deaf:
            st.caption(f"Not read by {', '.join(map(escape_markdown, deaf))}: no sentences are.")


def show_word_check(kit: BrandKit) -> None:
    """Draw which words stop a prompt, with a field to try a sentence in."""
    with st.container(border=True, key="brand.check"):
        st.subheader("Never in a prompt", anchor=False)
        if not kit.banned:
            st.caption("No word is banned. A banned word stops a prompt before it is sent.")
            return
        st.caption(
            f"{counted(len(kit.banned), 'word')} banned. A prompt with one of them is not sent: "
            "the studio says which word it is."
        )
        text = st.text_input(
            "Try a sentence", key="brand.try", placeholder="A cheap sofa", live=True
        )
        if not text:
            return
        banned = kit.find_banned(text)
        if banned is None:
            st.markdown(":green[:material/check_circle:] Nothing in it is banned.")
        else:
            st.markdown(f":red[:material/block:] “{escape_markdown(banned)}” is banned.")
