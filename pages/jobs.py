"""All jobs of the workspace, newest first: how far each is, what it costs, what can be done."""

from ui.access import require_actor
from ui.components.counted import show_total
from ui.components.header import page_header
from ui.components.job_dialogs import show_job_dialog
from ui.components.job_filters import job_filters
from ui.components.job_list import OPENER, show_all_buttons, show_all_jobs, show_no_jobs
from ui.components.paging import current_cursor, keyset_page

actor = require_actor()
actions = page_header("Jobs", "Everything that is being made, was made, or could not be made.")

# Read
filters = job_filters(actor)
after = current_cursor(key="after", filters=filters)

# Draw
view = show_all_jobs(filters, after)
with actions:
    show_all_buttons(actor, view.queue)
if not view.page.items:
    show_no_jobs(filters, is_first_page=after is None)
show_total(view.page, "job")
keyset_page(view.page, key="after")
show_job_dialog(OPENER)
