"""All pictures of the workspace: found, judged by keyboard, and many of them changed at once."""

from ui.access import require_actor
from ui.components.gallery_bar import show_selection_bar
from ui.components.gallery_chips import show_narrowed
from ui.components.gallery_filters import PAGE_SIZE
from ui.components.gallery_lightbox import PLACE, show_lightbox
from ui.components.gallery_pictures import show_gallery
from ui.components.gallery_toolbar import gallery_toolbar
from ui.components.header import page_header
from ui.components.jobs import watch_jobs
from ui.components.no_pictures import show_no_pictures
from ui.components.paging import current_cursor, keyset_page
from ui.context import services

actor = require_actor()
page_header("Gallery", "Find, judge and hand out every picture of the workspace.")

# Read
listing = gallery_toolbar(actor)
cursor = current_cursor(key=PLACE, filters=(listing.wanted, listing.sort))
page = services().assets.search(
    actor, listing.wanted, sort=listing.sort, after=cursor, limit=PAGE_SIZE
)

# Draw
show_lightbox(listing)
show_narrowed(actor, listing, page)
shows_jobs = cursor is None and listing.shows_new
is_making = watch_jobs(
    lambda jobs: show_gallery(page, jobs if shows_jobs else (), listing),
    key="gallery.jobs",
    product_id=listing.wanted.product_id,
)
if not page.items and not (is_making and shows_jobs):
    show_no_pictures(listing)
keyset_page(page, key=PLACE)
show_selection_bar(actor, listing, page)
