"""The child process that decodes pictures: `python -m core.imaging.decode`.

It reads pictures from its standard input and answers on its standard output until the input ends.
It loads nothing but Pillow, and limits itself before it sees the first byte of a picture.
"""

import math
import sys
from typing import BinaryIO

from core.imaging import frames
from core.imaging.reading import read_picture
from core.imaging.renditions import LARGEST_PX, renditions_of
from core.imaging.verdicts import Reason, RefusedPictureError

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_S_PER_PICTURE = 10
_OPEN_FILES = 16
_DETAIL_CHARS = 200


def main() -> None:
    """Answer until the parent closes the pipe."""
    _limit_process()
    pipes = sys.stdin.buffer, sys.stdout.buffer
    while _answer_one(*pipes):
        pass


def _answer_one(requests: BinaryIO, answers: BinaryIO) -> bool:
    try:
        header, data = frames.receive(requests)
    except frames.BrokenFrameError:
        return False
    _allow_cpu()
    try:
        _answer(answers, data, str(header["format"]))
    except MemoryError:
        frames.send(answers, {"reason": Reason.TOO_HEAVY, "detail": "memory"})
    except RefusedPictureError as refusal:
        detail = refusal.detail[:_DETAIL_CHARS]
        frames.send(answers, {"reason": refusal.reason, "detail": detail})
    return True


def _answer(answers: BinaryIO, data: bytes, file_format: str) -> None:
    picture = read_picture(data, file_format, LARGEST_PX)
    renditions = renditions_of(picture)
    facts = {
        "mime_type": picture.mime_type,
        "width_px": picture.width_px,
        "height_px": picture.height_px,
        "notices": picture.notices,
        "is_blank": picture.is_blank,
        "renditions": {name: len(content) for name, content in renditions.items()},
    }
    frames.send(answers, facts, *renditions.values())


if sys.platform == "win32":

    def _limit_process() -> None:
        """Windows has no such limits: only the parent's patience ends a picture there."""

    def _allow_cpu() -> None:
        """Likewise."""

else:
    import resource

    def _limit_process() -> None:
        if sys.platform == "linux":  # elsewhere the kernel refuses or ignores this limit
            _limit(resource.RLIMIT_AS, MEMORY_BYTES)
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_FSIZE, 0)
        _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)

    def _limit(kind: int, value: int) -> None:
        _soft, hard = resource.getrlimit(kind)
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (ceiling, ceiling))

    def _allow_cpu() -> None:
        # The kernel counts from the start of the process, so each picture moves the limit on.
        usage = resource.getrusage(resource.RUSAGE_SELF)
        used_s = math.ceil(usage.ru_utime + usage.ru_stime)
        _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (used_s + CPU_S_PER_PICTURE, hard))


if __name__ == "__main__":
    main()
