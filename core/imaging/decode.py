"""The child process that decodes pictures: `python -m core.imaging.decode`.

It reads pictures from its standard input and answers on its standard output until the input ends.
It loads nothing but Pillow, and limits itself before it sees the first byte of a picture.
"""

import sys
from collections.abc import Callable, Mapping
from typing import BinaryIO

from core.imaging import frames
from core.imaging.limits import allow_cpu, limit_process
from core.imaging.reading import read_picture
from core.imaging.renditions import LARGEST_PX, renditions_of
from core.imaging.verdicts import Reason, RefusedPictureError

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_S_PER_PICTURE = 10
_DETAIL_CHARS = 200


Answer = Callable[[BinaryIO, bytes, Mapping[str, object]], None]
"""Answers for the bytes of a picture and what the parent said of them."""


def main() -> None:
    """Answer until the parent closes the pipe."""
    serve(_answer, cpu_s=CPU_S_PER_PICTURE)


def serve(answer: Answer, *, cpu_s: int) -> None:
    """Answer until the parent closes the pipe, each picture within so much time of a processor."""
    limit_process(MEMORY_BYTES)
    pipes = sys.stdin.buffer, sys.stdout.buffer
    while _answer_one(*pipes, answer, cpu_s):
        pass


def _answer_one(requests: BinaryIO, answers: BinaryIO, answer: Answer, cpu_s: int) -> bool:
    try:
        header, data = frames.receive(requests)
    except frames.BrokenFrameError:
        return False
    allow_cpu(cpu_s)
    try:
        answer(answers, data, header)
    except MemoryError:
        frames.send(answers, {"reason": Reason.TOO_HEAVY, "detail": "memory"})
    except RefusedPictureError as refusal:
        detail = refusal.detail[:_DETAIL_CHARS]
        frames.send(answers, {"reason": refusal.reason, "detail": detail})
    return True


def _answer(answers: BinaryIO, data: bytes, header: Mapping[str, object]) -> None:
    picture = read_picture(data, str(header["format"]), LARGEST_PX)
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


if __name__ == "__main__":
    main()
