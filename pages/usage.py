"""What making pictures costs: the month's sums, whom and what they were for, and each call."""

import streamlit as st

from ui.access import require_actor
from ui.components.budget import show_budget
from ui.components.counted import show_total
from ui.components.empty import empty_state
from ui.components.header import page_header
from ui.components.ledger import show_ledger
from ui.components.model_names import model_names
from ui.components.paging import current_cursor, keyset_page
from ui.components.usage_figures import show_days, show_figures
from ui.components.usage_period import choose_period, period_words
from ui.components.usage_table import choose_grouping, show_groups
from ui.context import services

actor = require_actor()
page_header("Usage", "What making pictures costs this workspace.")

# Read
usage = services().usage
budget = services().budgets.get(actor)
first_day = usage.first_day(actor)

# Draw
show_budget(actor, budget)
if first_day is None:
    row = empty_state(
        "receipt_long",
        "Nothing was asked yet",
        "As soon as a picture is made, its cost stands here.",
    )
    if actor.role.may_edit and row.button(
        "Open studio", icon=":material/auto_awesome:", key="usage.studio"
    ):
        st.switch_page("pages/studio.py", query_params={})
    st.stop()

with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    period = choose_period(first_day)
    st.space("stretch")
    st.link_button(
        "Export CSV",
        f"/exports/usage.csv?since={period.since}&until={period.until}",
        icon=":material/download:",
        help=f"Every call of {period_words(period)}, for a spreadsheet or the bookkeeping",
    )
total = usage.total(actor, period)
days = usage.rows(actor, "day", period)
show_figures(total)
if total.calls == 0:
    st.caption(f"Nothing was asked in {period_words(period)}.")
    st.stop()

names = model_names()
with st.container(border=True, gap="small"):
    st.subheader(f"Spent by day, {period_words(period)}", anchor=False)
    show_days(days, period)

with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    st.subheader("Spent by", anchor=False, width="content")
    st.space("stretch")
    by = choose_grouping()
show_groups(by, days if by == "day" else usage.rows(actor, by, period), total, names)

st.subheader("Ledger", anchor=False)
lines = usage.lines(actor, period, after=current_cursor(key="after", filters=period), limit=25)
show_ledger(lines.items, names)
show_total(lines, "call")
keyset_page(lines, key="after")
