"""The limits that a child process puts on itself before it sees the first byte of a picture."""

import math
import sys

_OPEN_FILES = 16

if sys.platform == "win32":

    def limit_process(memory_bytes: int, *, open_files: int = _OPEN_FILES) -> None:
        """Windows has no such limits: only the parent's patience ends a picture there."""

    def allow_cpu(seconds: int) -> None:
        """Likewise."""

else:
    import resource

    def limit_process(memory_bytes: int, *, open_files: int = _OPEN_FILES) -> None:
        """Allow so much memory, no file to be written, no core and few open files."""
        if sys.platform == "linux":  # elsewhere the kernel refuses or ignores this limit
            _limit(resource.RLIMIT_AS, memory_bytes)
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_FSIZE, 0)
        _limit(resource.RLIMIT_NOFILE, open_files)

    def allow_cpu(seconds: int) -> None:
        """Allow so much time from now on; then the kernel ends this process."""
        # The kernel counts from the start of the process, so each picture moves the limit on.
        usage = resource.getrusage(resource.RUSAGE_SELF)
        used_s = math.ceil(usage.ru_utime + usage.ru_stime)
        _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (used_s + seconds, hard))

    def _limit(kind: int, value: int) -> None:
        _soft, hard = resource.getrlimit(kind)
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (ceiling, ceiling))
