"""What exports of pictures are called and what is said about them."""

from collections.abc import Mapping
from datetime import datetime

from core.domain.picture_export_plans import ExportPlan
from core.domain.picture_exports import (
    ExportOptions,
    ExportReport,
    PictureExport,
    PictureFormat,
    Sidecar,
)
from core.domain.tasks import TaskStatus
from ui.components.counted import counted
from ui.components.moments import until
from ui.components.table import Tone
from ui.format import ago, duration, size_bytes

FORMATS: Mapping[PictureFormat, str] = {
    PictureFormat.ORIGINAL: "Original",
    PictureFormat.NOTED: "Labelled",
    PictureFormat.JPEG: "JPEG",
    PictureFormat.PNG: "PNG",
    PictureFormat.WEBP: "WebP",
}
FORMAT_NOTES: Mapping[PictureFormat, str] = {
    PictureFormat.ORIGINAL: "The files as they are stored, byte for byte.",
    PictureFormat.NOTED: "The original pixels; the file only gets a note that it was generated.",
    PictureFormat.JPEG: "For shops and marketplaces. The file says that it was generated.",
    PictureFormat.PNG: "Without loss and with transparency; large. "
    "The file says that it was generated.",
    PictureFormat.WEBP: "Small, with transparency; not every marketplace takes it. "
    "The file says that it was generated.",
}
SIDECARS: Mapping[Sidecar, str] = {
    Sidecar.CSV: "Table (CSV)",
    Sidecar.JSON: "JSON",
    Sidecar.SHOPIFY: "Shopify products",
}
STATES: Mapping[TaskStatus, tuple[str, Tone]] = {
    TaskStatus.QUEUED: ("Waiting", "gray"),
    TaskStatus.RUNNING: ("Working", "blue"),
    TaskStatus.DONE: ("Ready", "green"),
    TaskStatus.FAILED: ("Failed", "red"),
    TaskStatus.CANCELLED: ("Cancelled", "gray"),
}


def state_of_export(export: PictureExport, now: datetime) -> tuple[str, Tone]:
    """Return the word for where an export stands, and its colour."""
    if export.is_ready:
        return ("Expired", "gray") if export.is_expired(now) else ("Ready", "green")
    return STATES[export.task.status] if export.task else ("Failed", "red")


def facts_of(export: PictureExport, now: datetime) -> str:
    """Return in a line what is in an export, who asked for it and how long it is kept."""
    count = export.report.exported if export.is_ready else export.picture_count
    pictures = counted(count, "picture")
    # Without a name of its own an export is called by its count, which stands above this line.
    parts = [] if pictures == export.title else [pictures]
    if export.is_ready:
        parts.append(size_bytes(export.size_bytes))
    parts += [options_words(export.options), export.created_by, ago(export.created_at)]
    if export.is_ready and export.expires_at is not None and not export.is_expired(now):
        parts.append(f"kept {until(export.expires_at, now=now)}")
    return " · ".join(part for part in parts if part)


def options_words(options: ExportOptions) -> str:
    """Return in a few words how pictures leave."""
    words = FORMATS[options.file_format]
    if options.file_format.keeps_pixels:
        return words
    if options.longest_px:
        words += f" {options.longest_px:,} px"
    if options.file_format.is_lossy and options.max_kb:
        words += f", up to {options.max_kb:,} kB"
    return words


def progress_words(export: PictureExport, now: datetime) -> str:
    """Return how far an export is, and how long it still takes."""
    task = export.task
    if task is None or task.status is TaskStatus.QUEUED:
        return "Waiting for its turn ..."
    if task.cancel_asked_at is not None:
        return "It stops at its next picture ..."
    parts = [f"{task.done:,} of {counted(task.total, 'picture')}"]
    left_s = task.seconds_left(now)
    if left_s is not None:
        parts.append(f"about {duration(max(1.0, left_s))} left")
    return f"{task.stage or 'Beginning'} · " + " · ".join(parts)


def plan_words(plan: ExportPlan, options: ExportOptions) -> str:
    """Return what an export would hold, in sentences."""
    about = "" if options.file_format.keeps_pixels else "about "
    words = [f"{counted(plan.count, 'picture')}, {about}{size_bytes(plan.size_bytes)}."]
    if plan.renamed:
        has = "picture gets" if plan.renamed == 1 else "pictures get"
        words.append(f"{plan.renamed:,} {has} a number, as another has the same name.")
    if plan.trashed:
        are = "is in the trash and is" if plan.trashed == 1 else "are in the trash and are"
        words.append(f"{plan.trashed:,} {are} left out.")
    return " ".join(words)


def report_words(report: ExportReport) -> tuple[str, ...]:
    """Return what is worth knowing of what came of an export, a sentence each."""
    found = []
    if report.left_out_count:
        are = "picture is" if report.left_out_count == 1 else "pictures are"
        found.append(f"{report.left_out_count:,} {are} left out.")
    if report.renamed:
        has = "picture has" if report.renamed == 1 else "pictures have"
        found.append(f"{report.renamed:,} {has} a number, as another has the same name.")
    if report.unlabelled:
        is_one = report.unlabelled == 1
        do, it = ("generated picture does", "it") if is_one else ("generated pictures do", "them")
        found.append(f"{report.unlabelled:,} {do} not say that AI made {it}.")
    return tuple(found)
