"""The loop of a program: one line of JSON in, one out."""

import json
import sys
from collections.abc import Callable
from typing import Any


def answer_questions(answer: Callable[..., Any]) -> None:
    """Calls ``answer`` with the names of each question, until there are no more."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(**json.loads(line))) + "\n")
        sys.stdout.flush()
