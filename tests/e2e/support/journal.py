"""What happened, in order: the tests speak of order and counts, never of times."""

import itertools
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Event:
    number: int
    kind: str
    facts: dict = field(default_factory=dict)
    at: float = 0.0


class Journal:
    """Numbered events of all servers of a world. Safe to use from any thread."""

    def __init__(self):
        self.changed = threading.Condition()
        self.epoch = 0
        self.here = threading.local()
        self.reset()

    def reset(self):
        with self.changed:
            self.epoch += 1
            self.events = []
            self.complaints = []
            self.counter = itertools.count(1)

    def belong(self, epoch):
        """The calling thread serves the test of that epoch: what it says after it is not heard."""
        self.here.epoch = epoch

    def is_stale(self):
        return getattr(self.here, "epoch", self.epoch) != self.epoch

    def add(self, kind, **facts):
        with self.changed:
            if self.is_stale():
                return 0
            event = Event(next(self.counter), kind, facts, time.monotonic())
            self.events.append(event)
            self.changed.notify_all()
            return event.number

    def complain(self, text):
        """Something that no client may do; every test fails on it, whatever it is about."""
        with self.changed:
            if not self.is_stale():
                self.complaints.append(text)

    def find(self, kind, **facts):
        with self.changed:
            return [
                e
                for e in self.events
                if e.kind == kind and all(e.facts.get(k) == v for k, v in facts.items())
            ]

    def wait_for(self, condition, patience=30):
        """Until condition() is true, looked at again after each event. False when it never was."""
        with self.changed:
            return self.changed.wait_for(condition, patience)
