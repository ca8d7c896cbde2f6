"""What Streamlit would hold in memory, and how much of it one session may send."""

import pytest
from starlette.types import Scope

from web.uploads import AT_ONCE_BYTES, BYTES_PER_S, MAX_UPLOAD_BYTES, UploadAllowance


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def upload(size: bytes) -> Scope:
    return {"headers": [(b"content-length", size)]}


LARGEST = upload(str(MAX_UPLOAD_BYTES).encode())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 411),
        ([(b"content-length", b"-1")], 411),
        ([(b"content-length", b"5"), (b"content-length", b"6")], 411),
        ([(b"content-length", b"30000000")], 413),
        ([(b"content-length", b"9" * 60)], 413),
    ],
)
def test_refuses_what_is_too_long_or_does_not_say(
    headers: list[tuple[bytes, bytes]], status: int
) -> None:
    refusal = UploadAllowance().refusal({"headers": headers}, 1)

    assert refusal is not None
    assert refusal.status_code == status


def test_makes_a_flood_wait_and_lets_others_go_on() -> None:
    clock = Clock()
    allowance = UploadAllowance(clock)
    for _ in range(AT_ONCE_BYTES // MAX_UPLOAD_BYTES):
        assert allowance.refusal(LARGEST, 1) is None

    refused = allowance.refusal(LARGEST, 1)

    assert refused is not None
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "10")
    assert allowance.refusal(LARGEST, 2) is None
    clock.now += MAX_UPLOAD_BYTES / BYTES_PER_S
    assert allowance.refusal(LARGEST, 1) is None
