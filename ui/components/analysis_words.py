"""Titles and alt texts that a vision model proposes; people take them over or write their own."""

from collections.abc import Sequence

import streamlit as st

from core.domain.accounts import Actor
from core.domain.analyses import AnalysisKind
from core.domain.assets import Asset
from ui.access import require_actor
from ui.components.analysis_run import price_words, show_look
from ui.components.counted import counted
from ui.components.notices import announce
from ui.context import services
from ui.errors import expected_errors
from ui.format import escape_markdown

_SHOWN = 5


def show_proposed_words(actor: Actor, asset: Asset) -> None:
    """Draw the words proposed for a picture, and the way to have some proposed."""
    analyses = services().analyses
    if not actor.role.may_edit or not analyses.can_ask or asset.trashed_at is not None:
        return
    proposed = analyses.proposed_words(actor, [asset.id]).get(asset.id)
    if proposed is None:
        show_look(actor, asset.id, AnalysisKind.ALT_TEXT, label="Propose title and alt text")
        return
    with st.container(border=True, gap="xsmall", key="asset.proposed"):
        st.caption("Proposed")
        st.markdown(f"**{escape_markdown(str(proposed.result['title']))}**")
        st.text(str(proposed.result["alt_text"]))
        with expected_errors():
            if st.button("Use these words", icon=":material/check:", key="asset.words.use"):
                analyses.accept_words(actor, [asset.id], replaces=True)
                announce("Title and alt text are taken over.")
                st.rerun()
    show_look(actor, asset.id, AnalysisKind.ALT_TEXT, label="Propose others", is_again=True)


@st.dialog("Titles and alt texts", icon=":material/subtitles:", width="medium")
def words_for_pictures(asset_ids: Sequence[int]) -> None:
    """Let words be proposed for many pictures, and take over what was proposed."""
    actor = require_actor()
    analyses = services().analyses
    with expected_errors():
        waiting = analyses.proposed_words(actor, asset_ids)
        if waiting:
            st.markdown(f"For {counted(len(waiting), 'picture')} words are proposed:")
            for analysis in list(waiting.values())[:_SHOWN]:
                with st.container(gap=None):
                    st.markdown(f"**{escape_markdown(str(analysis.result['title']))}**")
                    st.caption(escape_markdown(str(analysis.result["alt_text"])))
            if len(waiting) > _SHOWN:
                st.caption(f"and {len(waiting) - _SHOWN} more")
            if st.button("Use them all", icon=":material/check:", type="primary", key="words.use"):
                count = analyses.accept_words(actor, asset_ids)
                announce(
                    f"{counted(count, 'picture')} got words. What somebody wrote stayed as it was."
                )
                st.rerun()
        st.markdown(
            f"A vision model proposes a title and an alt text for each of "
            f"{counted(len(asset_ids), 'picture')}. Nothing changes before you take them over."
        )
        st.caption(price_words(analyses.plan(len(asset_ids))))
        label = "Propose others" if waiting else "Propose words"
        if st.button(label, icon=":material/visibility:", key="words.go"):
            analyses.begin(actor, AnalysisKind.ALT_TEXT, asset_ids=asset_ids)
            announce("The pictures are being looked at. Open this again to take the words over.")
            st.rerun()
