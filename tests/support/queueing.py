"""Workers and image models in the states that tests need."""

from datetime import datetime, timedelta

from core.bootstrap import Services


def park(
    services: Services,
    image_model: str,
    *,
    reason: str = "The image model refused the key. An administrator has to set GEMINI_API_KEY.",
    lasts: timedelta | None = None,
    code: str = "auth",
) -> datetime:
    """Stop a model as a worker does, and return when."""
    with services.parts.database.begin() as work:
        now = work.now()
        until = None if lasts is None else now + lasts
        work.model_states.park(image_model, now, until=until, code=code, reason=reason)
    return now


def sign_on(
    services: Services,
    worker_id: str,
    *,
    seen_ago: timedelta = timedelta(),
    lease: timedelta = timedelta(minutes=10),
    threads: int = 4,
) -> None:
    """Sign a worker on, with a heartbeat of that age and a lease that lasts from there."""
    with services.parts.database.begin() as work:
        seen_at = work.now() - seen_ago
        work.workers.add(
            worker_id,
            host="render-1",
            process_id=4711,
            spool_id="spool-1",
            threads=threads,
            version="0.1.0",
            now=seen_at,
            lease_until=seen_at + lease,
        )
