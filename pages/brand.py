"""The brand kit: what all pictures of the workspace keep to, and what they begin with."""

from ui.access import require_actor
from ui.components.beside import main_then_side
from ui.components.brand_kit import edit_brand_kit
from ui.components.brand_preview import show_brand_preview, show_word_check
from ui.components.brand_settings import show_workspace_settings
from ui.components.header import page_header
from ui.context import services

actor = require_actor()
page_header("Brand kit", "What all pictures of this workspace keep to.")

# Read
kept = services().brand_kits.get(actor)

# Draw
main, side = main_then_side()
with main:
    kit = edit_brand_kit(actor, kept)
with side:
    show_brand_preview(kit)
    show_word_check(kit)
    show_workspace_settings(actor)
