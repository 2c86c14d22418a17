"""A job tells how far it is ten times a second, however fast it goes."""

from __future__ import annotations

from engine.jobs.throttle import Throttle


def test_an_event_is_due_once_in_a_while_and_the_last_one_always() -> None:
    now = [5.0]
    throttle = Throttle(0.1, clock=lambda: now[0])
    due = []
    for now[0] in (5.0, 5.05, 5.11, 5.12, 5.2, 5.22):
        due.append(throttle.is_due())
    assert due == [False, False, True, False, False, True]
    assert throttle.is_due(last=True)
    assert not throttle.is_due(), "the time has begun anew"


def test_the_first_event_may_be_due_at_once() -> None:
    throttle = Throttle(60.0, at_once=True)
    assert throttle.is_due()
    assert not throttle.is_due()
