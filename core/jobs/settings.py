"""Figures that the workers share."""

from datetime import timedelta

BEAT_EVERY_S = 5.0
"""How often a worker says that it lives and looks for dead ones."""

POLL_EVERY_S = 0.3
"""How often a worker asks each queue for slots: asking costs some 5 ms of CPU."""

BEGUN_AHEAD = 6
"""So many slots are begun beyond those that may call: a free turn then never waits for a poll."""

SILENCE_S = 15.0
"""A worker elsewhere that says nothing for so long is taken for dead, if its lock is free too."""

SURELY_DEAD = timedelta(minutes=10)
"""Nor does anybody listen any longer to a worker whose last word is older than this."""
