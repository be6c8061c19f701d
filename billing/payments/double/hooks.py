"""Events on their way to us: signed, tried again when nobody answers; held, shuffled, doubled, forged when a test asks."""

import hashlib
import hmac
import http.client
import json
import queue
import random
import threading
import time
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from billing.payments.double.store import Obj

RETRIES = (1, 5, 30, 120, 600, 3600)  # seconds


def signature(body: bytes, secret: str, at: int) -> str:
    """The header Stripe-Signature."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


@dataclass(frozen=True)
class Delivery:
    """One request to the address of the webhook; ``is_forged`` was signed by somebody without the secret."""

    body: bytes
    header: str
    is_forged: bool = False


class Hooks:
    """Where events go. Held ones wait until somebody lets them go."""

    def __init__(self, address: str, secret: str, *, host: str = "", holds: bool = False) -> None:
        self.address, self.secret, self.host = address, secret, host
        self.holds = holds
        self.held: list[Obj] = []
        self._waiting: queue.Queue[tuple[float, int, Obj] | None] = queue.Queue()
        self._worker: threading.Thread | None = None
        self.undelivered = 0  # told, and nobody has taken it yet

    def hear(self, event: Obj) -> None:
        """Takes an event that just happened."""
        if self.holds or not self.address:
            self.held.append(event)
            return
        if self._worker is None:
            self._worker = threading.Thread(target=self._deliver, daemon=True)
            self._worker.start()
        self.undelivered += 1
        self._waiting.put((time.monotonic(), 0, event))

    def signed(self, event: Obj, *, at: int | None = None) -> Delivery:
        """The request that delivers an event."""
        body = json.dumps(event).encode()
        return Delivery(body, signature(body, self.secret, at or int(time.time())))

    def anew(self, delivery: Delivery) -> Delivery:
        """The same delivery signed now, as each try of Stripe's is; a forged one by whoever forges."""
        secret = "whsec_of_somebody_else" if delivery.is_forged else self.secret
        return replace(delivery, header=signature(delivery.body, secret, int(time.time())))

    def mixed(self, seed: int, *, times: int = 3, forged: float = 0.0, tail: int | None = None) -> list[Delivery]:
        """All held events ``times`` times in any order, and a share of forged ones among them."""
        chance = random.Random(seed)  # noqa: S311 - a test's order, not a secret
        events = (self.held[-tail:] if tail else self.held) * times
        found = [self.signed(one) for one in events]
        for one in chance.choices(self.held, k=round(len(found) * forged)) if forged else []:
            changed = json.loads(json.dumps(one))
            changed["id"] = f"evt_forged{chance.getrandbits(60):x}"
            body = json.dumps(changed).encode()
            found.append(self.anew(Delivery(body, "", is_forged=True)))
        chance.shuffle(found)
        return found

    def send(self, delivery: Delivery) -> int:
        """Delivers now; gives the status, 0 when nobody answers."""
        where = urlsplit(self.address)
        connection = http.client.HTTPConnection(where.hostname or "", where.port or 80, timeout=10)
        headers = {"Content-Type": "application/json", "Stripe-Signature": delivery.header}
        if self.host:
            headers["Host"] = self.host
        try:
            connection.request("POST", where.path, delivery.body, headers)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def _deliver(self) -> None:
        while (entry := self._waiting.get()) is not None:
            due, tries, event = entry
            pause = due - time.monotonic()
            if pause > 0 and self._waiting.empty():
                time.sleep(min(pause, 0.2))
            if pause > 0:
                self._waiting.put(entry)
                time.sleep(0.01)
                continue
            if 200 <= self.send(self.signed(event)) < 300:
                self.undelivered -= 1
            elif tries < len(RETRIES):
                self._waiting.put((time.monotonic() + RETRIES[tries], tries + 1, event))
