"""What is said about a picture's review: words, signs and colours."""

from typing import Literal

from core.domain.reviews import Review, ReviewReason, ReviewState
from ui.components.job_words import Sign
from ui.format import ago

SIGNS: dict[ReviewState, Sign] = {
    ReviewState.UNREVIEWED: Sign("To review", "gray"),
    ReviewState.APPROVED: Sign("Approved", "green"),
    ReviewState.NEEDS_EDIT: Sign("Needs edit", "orange"),
    ReviewState.REJECTED: Sign("Rejected", "red"),
}
ICONS: dict[ReviewState, str] = {
    ReviewState.UNREVIEWED: ":material/pending:",
    ReviewState.APPROVED: ":material/check_circle:",
    ReviewState.NEEDS_EDIT: ":material/edit:",
    ReviewState.REJECTED: ":material/cancel:",
}
MARKS: dict[ReviewState, str] = {
    ReviewState.UNREVIEWED: "", ReviewState.APPROVED: "\u2713",
    ReviewState.NEEDS_EDIT: "\u270e", ReviewState.REJECTED: "\u2715",
}  # fmt: skip
"""A sign so small that it stands on a card beside the title; none for what nobody has judged."""

TONES: dict[ReviewState, Literal["gray", "green", "orange", "red"]] = {
    ReviewState.UNREVIEWED: "gray", ReviewState.APPROVED: "green",
    ReviewState.NEEDS_EDIT: "orange", ReviewState.REJECTED: "red",
}  # fmt: skip
REASONS: dict[ReviewReason, str] = {
    ReviewReason.COLOUR: "Colour", ReviewReason.SCALE: "Scale",
    ReviewReason.STRUCTURE: "Structure", ReviewReason.MATERIAL: "Material",
    ReviewReason.LIGHTING: "Lighting", ReviewReason.EDGE: "Edge",
    ReviewReason.COUNT: "Count", ReviewReason.OTHER: "Other",
}  # fmt: skip
HINTS: dict[ReviewReason, str] = {
    ReviewReason.COLOUR: "The product has another colour",
    ReviewReason.SCALE: "It is too large or too small for the scene",
    ReviewReason.STRUCTURE: "Parts are missing, bent or added",
    ReviewReason.MATERIAL: "It looks like another material",
    ReviewReason.LIGHTING: "Light or shadow does not fit",
    ReviewReason.EDGE: "Its outline is cut or frayed",
    ReviewReason.COUNT: "There are more or fewer of it",
    ReviewReason.OTHER: "Something else; say what in the note",
}


def reason_label(reason: str) -> str:
    """Return a reason's word, or "" where there is none."""
    return REASONS[ReviewReason(reason)] if reason in set(ReviewReason) else ""


def stars(rating: int) -> str:
    """Return a rating as stars, or "" where there is none."""
    return "★" * rating


def review_line(review: Review) -> str:
    """Return who said what of a picture, when; "" before anybody has said something."""
    if review.at is None:
        return ""
    said = SIGNS[review.state].label if review.state is not ReviewState.UNREVIEWED else "Reopened"
    reason = reason_label(review.reason).lower()
    by = f" by {review.by}" if review.by else ""
    return f"{said}{f' for its {reason}' if reason else ''}{by}, {ago(review.at)}"
