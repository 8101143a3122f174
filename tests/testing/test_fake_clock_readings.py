import pytest

from jobv1.testing import FakeClock, _fake_clock


def test_wait_that_never_moves_it(monkeypatch):
    """A clock that is read over and over while it stands still says what is wrong."""
    assert _fake_clock._MOST_READINGS == 10_000_000
    monkeypatch.setattr(_fake_clock, "_MOST_READINGS", 3000)
    clock = FakeClock()
    clock.advance(2.5)
    assert {clock.now() for _ in range(3000)} == {2.5}

    with pytest.raises(RuntimeError) as caught:
        clock.now()
    assert str(caught.value) == (
        "the time was read 3,000 times while it stood at 2.5 s: "
        "a wait without pause (wait=0) does not move virtual time, so its timeout never "
        "comes; give it a wait above 0, or move the clock in status()"
    )


@pytest.mark.parametrize("move", [FakeClock.sleep, FakeClock.advance])
def test_readings_between_two_moves(monkeypatch, move):
    """The readings are counted from the start, and anew whenever the clock is moved."""
    monkeypatch.setattr(_fake_clock, "_MOST_READINGS", 3)
    clock = FakeClock()
    for _ in range(4):
        assert len([clock.now() for _ in range(3)]) == 3
        move(clock, 5)

    assert clock.now() == 20
