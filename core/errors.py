"""The tree of expected errors: each says what failed and what the person can do."""

from dataclasses import dataclass
from datetime import datetime


class EpoxError(Exception):
    """Something that Epox expects can go wrong.

    `str(error)` is for the log; `user_message` is the sentence for the screen.
    """

    user_message = "Something went wrong. Please try again."

    def __init__(self, detail: str = "", *, user_message: str | None = None) -> None:
        super().__init__(detail or user_message or self.user_message)
        if user_message is not None:
            self.user_message = user_message


class SettingsError(EpoxError):
    """A setting is wrong; the start stops and the text names it and what to set."""


class InvalidInputError(EpoxError):
    """What the person gave cannot be used; `user_message` says why and what to change."""

    user_message = "Please check what you entered."


class NotFoundError(EpoxError):
    """There is no such thing, or it is not theirs: the two are told apart nowhere."""

    user_message = "This could not be found. It may have been deleted."


class AccessDeniedError(EpoxError):
    """The person is known, but may not do this."""

    user_message = "You do not have access to this."


class SignInRequiredError(AccessDeniedError):
    """Nobody is signed in, or the session has ended."""

    user_message = "Your session has ended. Please sign in again."


class SignInRefusedError(EpoxError):
    """E-mail and password do not belong together; which of them is wrong is never said."""

    user_message = "E-mail or password is wrong."


class SignInThrottledError(SignInRefusedError):
    """Too many wrong passwords; the next try has to wait."""

    def __init__(self, detail: str, *, wait_s: int) -> None:
        minutes = max(1, round(wait_s / 60))
        super().__init__(
            detail,
            user_message=f"Too many attempts. Please try again in about {minutes} min.",
        )
        self.wait_s = wait_s


class ConflictError(EpoxError):
    """What the person wants clashes with what is stored, such as a second equal SKU."""

    user_message = "This clashes with something that already exists."


class ImageRejectedError(EpoxError):
    """A file is not a picture that we keep; `user_message` says why."""

    user_message = "This file is not a picture that Epox can read. Use JPEG, PNG or WebP."


class TooManyRequestsError(EpoxError):
    """Somebody without an account asks for more than is good for the others; `wait_s` is enough."""

    user_message = "This was a little too much at once. Please wait a few minutes and try again."

    def __init__(self, detail: str, *, wait_s: int) -> None:
        super().__init__(detail)
        self.wait_s = wait_s


class BudgetError(ConflictError):
    """The workspace's monthly budget has no room for it."""

    user_message = "The budget of this month has no room for it."


class StorageError(EpoxError):
    """Files cannot be read or written now."""

    user_message = "The file store cannot be reached. Nothing was lost; please try again."


class StorageFullError(StorageError):
    """There is no room left for files."""

    user_message = "The file store is full. Nothing was lost; please free some space."


class ObjectMissingError(StorageError):
    """The store holds no object under this key."""

    user_message = "This file is missing in the file store."


class DatabaseUnavailableError(EpoxError):
    """The database does not answer."""

    user_message = "The database cannot be reached. Please try again in a moment."


class InspirationError(EpoxError):
    """Pictures cannot be found or fetched elsewhere now."""

    user_message = "Unsplash does not answer. Please try again in a moment."


class RemoteError(EpoxError):
    """A file was not fetched from an address; `user_message` says why."""

    user_message = "Nothing could be fetched from this address."


class RemoteRefusedError(RemoteError):
    """The address may not be fetched from: it is on no list, or leads into this network."""


class RemoteFailedError(RemoteError):
    """The host sent nothing that can be used, or not in time."""


class TaskStoppedError(EpoxError):
    """A task does not go on here; nothing of its last, uncommitted step is kept."""


class TaskCancelledError(TaskStoppedError):
    """A person asked to end the task."""


class TaskLostError(TaskStoppedError):
    """Another worker has the task now."""


class TaskInterruptedError(TaskStoppedError):
    """This worker is about to stop; another one goes on with the task."""


@dataclass(frozen=True)
class Charge:
    """What a call that gave no picture consumed, as the provider said."""

    cost_micros: int
    input_tokens: int
    image_tokens: int
    text_tokens: int
    model_version: str
    response_id: str


class ImageModelError(EpoxError):
    """An image model gave no picture.

    `code` is stable and stored; `is_billed` says whether money may have been spent. `retries` is
    how often the same request may be sent again by itself. `charge` is None where the provider
    said nothing: then a billed failure has to be booked at its estimate. One that `parks` is no
    fault of the request: nothing is asked of the model until `parked_until`, or until a person
    lets it go on where that is None; what was asked waits so long.
    """

    code = "failed"
    is_billed = False
    retries = 0
    parks = False
    parked_until: datetime | None = None
    charge: Charge | None = None
    user_message = "The image model could not make this picture."


class RefusedError(ImageModelError):
    """The provider's safety filter refused the prompt, a reference or the result: never retried."""

    code = "refused"
    user_message = "The safety filter refused this picture. Please change the prompt or the photo."


class InvalidRequestError(ImageModelError):
    """The provider does not accept this request: never retried."""

    code = "invalid"
    user_message = "The image model does not accept this request. Please change the settings."


class ModelAuthError(ImageModelError):
    """The key is wrong or has no access: the model is parked until a person says so."""

    code = "auth"
    parks = True
    user_message = "The image model refused the key. An administrator has to set GEMINI_API_KEY."


class QuotaError(ImageModelError):
    """The day's quota or the money is used up: the model is parked."""

    code = "quota"
    parks = True
    user_message = "The quota of the image model is used up. An administrator has to look at it."


class RateLimitedError(ImageModelError):
    """The provider asked us to slow down: it is no failure.

    `retry_after_s` is how long; `is_told` is false where that is only our guess.
    """

    code = "rate"
    user_message = "The image model is busy. Epox tries again by itself."

    # The wait has a default only so that a stored error can be built anew from its text.
    def __init__(self, detail: str, *, retry_after_s: float = 30, is_told: bool = True) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s
        self.is_told = is_told


class TransientModelError(ImageModelError):
    """A failure of theirs that may pass: tried again with growing waits."""

    code = "transient"
    retries = 3
    user_message = "The image model did not answer. Epox tried several times; please retry later."


class NoImageError(ImageModelError):
    """The model answered, but without a picture that can be used."""

    code = "no_image"
    is_billed = True
    user_message = "The image model answered without a usable picture. Please change the prompt."


class UnknownOutcomeError(ImageModelError):
    """The request left and the answer was lost: perhaps charged, so never sent again by itself."""

    code = "unknown"
    is_billed = True
    user_message = (
        "The answer of the image model was lost; it may have been charged. "
        "Retry only if you accept that."
    )
