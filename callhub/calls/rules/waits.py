"""Waits as the figures count them: in whole seconds to ten minutes, then in steps of a minute.

A list of calls and the figure it stands behind must agree on every wait, also on one that lies inside such a step.
"""

LAST_SECOND = 600
STEP = 60


def past_waits_within(seconds: int) -> int:
    """Waits under this are the ones at most ``seconds`` long: 4.9 s is within 4 s, as in every queue's own record."""
    return seconds + 1 if seconds < LAST_SECOND else seconds - (seconds - LAST_SECOND) % STEP + STEP


def past_waits_before(seconds: int) -> int:
    """Waits under this are the ones shorter than ``seconds``."""
    return seconds if seconds <= LAST_SECOND else seconds + -(seconds - LAST_SECOND) % STEP
