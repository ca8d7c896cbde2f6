"""Links that show pictures to people without an account: who looked, and what they said."""

import streamlit as st

from ui.access import require_actor
from ui.components.counted import show_total
from ui.components.empty import empty_state
from ui.components.header import page_header, show_way_back
from ui.components.paging import current_cursor, keyset_page
from ui.components.share_list import show_links
from ui.context import services

actor = require_actor()
with page_header("Shared links", "Pictures that people without an account may see."):
    show_way_back("Gallery", "pages/gallery.py")

# Read
page = services().share_links.list(actor, after=current_cursor(key="after"))

# Draw
if page.items:
    st.caption(
        "An address was shown once, when its link was made, and is kept nowhere. If it is lost, "
        "revoke the link and share the pictures anew."
    )
    show_links(actor, page.items)
else:
    row = empty_state(
        "link",
        "Nothing is shared",
        "Choose pictures in the gallery and press Share to let others see and judge them.",
    )
    row.page_link("pages/gallery.py", label="Open gallery", icon=":material/photo_library:")
show_total(page, "link")
keyset_page(page, key="after")
