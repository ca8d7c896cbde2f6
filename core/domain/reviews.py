"""Reviews: what people think of a picture, why, and how good it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.errors import InvalidInputError

MAX_RATING = 5
MAX_NOTE_CHARS = 1000


class ReviewState(StrEnum):
    """Whether a picture may be used; each begins unreviewed."""

    UNREVIEWED = "unreviewed"
    APPROVED = "approved"
    NEEDS_EDIT = "needs_edit"
    REJECTED = "rejected"

    @property
    def takes_reason(self) -> bool:
        """Say whether a reason belongs to it: nobody has to say why a picture is good."""
        return self in (ReviewState.NEEDS_EDIT, ReviewState.REJECTED)


class ReviewReason(StrEnum):
    """What is wrong with a picture."""

    COLOUR = "colour"
    SCALE = "scale"
    STRUCTURE = "structure"
    MATERIAL = "material"
    LIGHTING = "lighting"
    EDGE = "edge"
    COUNT = "count"
    OTHER = "other"


@dataclass(frozen=True)
class Review:
    """What was last said of a picture; `reason` is "" where none was given.

    `by` and `at` are None until somebody has said something. A rating of 0 is none.
    """

    state: ReviewState = ReviewState.UNREVIEWED
    reason: str = ""
    note: str = ""
    by: str | None = None
    at: datetime | None = None
    rating: int = 0
    is_pinned: bool = False


UNREVIEWED = Review()


@dataclass(frozen=True)
class Verdict:
    """A state with its reason and note: what one click says of some pictures."""

    state: ReviewState
    reason: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Raise `InvalidInputError` for a reason that does not exist, or needs none."""
        if not self.reason:
            return
        if self.reason not in set(ReviewReason):
            raise InvalidInputError(user_message="Please choose one of the reasons.")
        if not self.state.takes_reason:
            raise InvalidInputError(
                user_message="Only a picture that needs an edit or is rejected has a reason."
            )


def check_rating(rating: int) -> int:
    """Return the rating, or raise `InvalidInputError` unless it is 0 (none) to 5."""
    if not 0 <= rating <= MAX_RATING:
        raise InvalidInputError(user_message=f"A rating is 1 to {MAX_RATING}, or 0 for none.")
    return rating


@dataclass(frozen=True)
class Judged:
    """What came of judging some pictures.

    `own` are those that were left as they are: the actor made them, and the workspace wants
    another person to approve.
    """

    changed: tuple[int, ...]
    own: tuple[int, ...] = ()

    @property
    def sentence_of_own(self) -> str:
        """Return the sentence for the person about what was skipped, or ""."""
        if not self.own:
            return ""
        what = "1 picture was" if len(self.own) == 1 else f"{len(self.own):,} pictures were"
        return f"{what} skipped: {OWN_APPROVAL}"


OWN_APPROVAL = "you made it yourself, and here somebody else has to approve."
