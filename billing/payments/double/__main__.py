"""`python -m billing.payments.double`: the stand-in as a process of its own."""

import argparse
import os
import signal
import threading
from pathlib import Path

from billing.payments.double.hooks import Hooks
from billing.payments.double.server import running


def main() -> None:
    """Serves until it is stopped. The secret of the webhook comes by the environment, which lists of processes do not show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8050)
    parser.add_argument("--state", type=Path, help="file that keeps everything between two runs")
    parser.add_argument("--webhook", default="", help="address that hears of events")
    parser.add_argument("--host", default="", help="Host header of that address")
    chosen = parser.parse_args()
    hooks = Hooks(chosen.webhook, os.environ.get("STRIPE_WEBHOOK_SECRETS", "whsec_demonstration"), host=chosen.host)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with running(chosen.port, hooks, chosen.state):
        stop.wait()


if __name__ == "__main__":
    main()
