"""Waits as the figures count them: in whole seconds to ten minutes, then in steps of a minute.

A list of calls and the figure it stands behind must agree on every wait, also on one that lies inside such a step.
"""

LAST_SECOND = 600
STEP = 60


def bin_of(seconds: float) -> int:
    """The bin of a wait: its whole second up to 600, then the end of its 60 s step (600.9 gives 600, 612.9 gives 660).

    By the end of its step a wait counts as within a target only when it is: at every target up to 600 s and at whole
    minutes beyond the figure is exact.
    """
    whole = int(seconds)
    return whole if whole <= LAST_SECOND else whole + -(whole - LAST_SECOND) % STEP


def past_waits_within(seconds: int) -> int:
    """Waits under this are the ones at most ``seconds`` long: 4.9 s is within 4 s, as in every queue's own record."""
    return seconds + 1 if seconds <= LAST_SECOND else seconds - (seconds - LAST_SECOND) % STEP + 1


def past_waits_before(seconds: int) -> int:
    """Waits under this are the ones shorter than ``seconds``."""
    return past_waits_within(seconds - 1)
