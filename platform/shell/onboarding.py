"""The shape of what a municipality has to do before it is in full use, and where the parts of the product say it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


class TaskState(StrEnum):
    """How far a task is, always seen from the data: nobody ticks a box."""

    NOT_STARTED = "NOT_STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    MISSING = "MISSING"
    DONE = "DONE"
    BY_ADTENDE = "BY_ADTENDE"


@dataclass(frozen=True)
class OnboardingTask:
    """One task. ``group`` is its heading, ``url`` where it is done (empty: nothing to do there).

    ``hint`` says what is there and what is missing; ``verbs`` are those of the record that tell who worked at it.
    ``least_role`` is the least that may do it, and ``pages`` the names of the addresses where it is done, or how they begin:
    a helper is let in there, where that role is, and nowhere else. Without pages nobody is asked for help.
    """

    code: str
    group: str
    name: str
    state: TaskState
    url: str = ""
    hint: str = ""
    minutes: int = 0
    verbs: tuple[str, ...] = ()
    is_of_administrators: bool = False  # nobody else can be asked for help with it
    least_role: str = "SUPERVISOR"
    pages: tuple[str, ...] = ()

    @property
    def can_be_helped(self) -> bool:
        """Whether somebody else can be asked to do it."""
        return bool(self.url and self.pages) and not self.is_of_administrators


def tasks_of(request: HttpRequest) -> list[OnboardingTask]:
    """All tasks of the municipality of a request: settings name the functions, ``f(request) -> list[OnboardingTask]``."""
    found: list[OnboardingTask] = []
    for path in settings.ONBOARDING_TASKS:
        found += cast(Callable[[HttpRequest], list[OnboardingTask]], import_string(path))(request)
    return found
