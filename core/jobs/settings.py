"""Figures that the workers share."""

BEAT_EVERY_S = 5.0
"""How often a worker moves its lease on and looks for dead ones."""

POLL_EVERY_S = 0.4
"""How often a worker with free threads looks for slots when nothing tells it to."""

TASKS_EVERY_S = 0.5
"""How often a worker looks for a task."""

STEADY_S = 12.0
"""A worker takes others for dead only after it reached the database for so long itself.

Else the first one that comes back after an outage would take over from all that live.
"""

TIDY_EVERY_S = 60.0
"""How often a worker looks for lost answers in its spool."""

RETENTION_EVERY_S = 3600.0
"""How often what is kept only for a while is deleted."""
