"""One job: what was asked for, where it stands, and what happened to each of its pictures."""

from ui.access import require_actor
from ui.components.beside import main_then_side
from ui.components.header import page_header, show_way_back
from ui.components.job_dialogs import show_job_dialog
from ui.components.job_facts import (
    show_job_facts,
    show_job_prompt,
    show_job_sources,
    show_job_subject,
)
from ui.components.job_view import OPENER, show_job_live
from ui.components.missing import found
from ui.context import services

actor = require_actor()

# Read
job = found(services().generation.get, actor, "job", back="pages/jobs.py")

# Draw
with page_header(job.product_name, f"Job {job.id}"):
    show_way_back("Jobs", "pages/jobs.py")
    show_job_subject(job)

main, side = main_then_side()
with main:
    show_job_live(job.id)
with side:
    show_job_sources(actor, job)
    show_job_facts(job)
    show_job_prompt(job)
show_job_dialog(OPENER)
