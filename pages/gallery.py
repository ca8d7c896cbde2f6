"""All pictures of the workspace, newest first, with those that are being made among them."""

from ui.access import require_actor
from ui.components.gallery_bar import gallery_filters, show_selection_bar
from ui.components.header import page_header
from ui.components.jobs import watch_jobs
from ui.components.no_pictures import show_no_pictures
from ui.components.paging import current_cursor, keyset_page
from ui.components.pictures import show_pictures
from ui.context import services

actor = require_actor()
page_header("Gallery", "Every picture of the workspace, newest first.")

# Read
filters = gallery_filters()
cursor = current_cursor(key="after", filters=filters)
page = services().assets.search(
    actor,
    filters.text,
    origin=filters.origin,
    review_state=filters.review_state,
    trashed=filters.view == "trash",
    after=cursor,
    limit=100,
)

# Draw
shows_jobs = cursor is None and filters.shows_new
is_making = watch_jobs(
    lambda jobs: show_pictures(
        page.items,
        jobs if shows_jobs else (),
        key=filters.key,
        selectable=actor.role.may_edit,
    ),
    key="gallery.jobs",
)
if not page.items and not (is_making and shows_jobs):
    show_no_pictures(filters)
keyset_page(page, key="after")
show_selection_bar(actor, filters, [asset.ref.id for asset in page.items])
