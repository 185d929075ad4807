# SPDX-License-Identifier: MIT
"""What the gate says while it proves."""

import pytest

import prove


@pytest.mark.parametrize("elapsed, done, all_of_it, said", [
    (0.0, 0.0, 100.0, "0 s"),  # nothing is known yet
    (60.0, 10.0, 100.0, "60 s, about 9 min left"),
    (60.0, 90.0, 100.0, "60 s, about 0 min left"),
    (60.0, 100.0, 100.0, "60 s"),
])
def test_the_time_left(elapsed: float, done: float, all_of_it: float, said: str) -> None:
    assert prove.remaining(elapsed, done, all_of_it) == said
