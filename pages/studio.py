"""Make pictures of products: what is asked for at the left, what comes of it at the right."""

import streamlit as st

from ui.access import require_actor
from ui.components.header import page_header
from ui.components.missing import found
from ui.components.product_picker import choose_studio_product
from ui.components.studio_batch import show_studio_batch
from ui.components.studio_product import show_studio_product
from ui.components.studio_session import (
    current_session,
    is_about_many,
    name_subject,
    show_overtaken,
)
from ui.components.studio_sessions import show_session_buttons
from ui.context import services

actor = require_actor()
session = current_session(actor)
with page_header("Studio", session.name or "Make pictures of your products."):
    show_session_buttons(actor, session)
show_overtaken(actor)
name_subject(session)

if is_about_many(session):
    show_studio_batch(actor)
elif "product" in st.query_params:
    product = found(
        services().products.get, actor, "product", name="product", back="pages/studio.py"
    )
    show_studio_product(actor, session, product)
else:
    choose_studio_product(actor)
