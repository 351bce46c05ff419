"""How long will the walk take? A distance in kilometres and a climb in metres, after a rule from 1892."""

import sys

SPEED = 5.0  # kilometres an hour, on the flat, with a bag
CLIMB = 600.0  # metres up that cost an hour more


def hours(distance: float, climb: float = 0.0) -> float:
    """The time a walk takes, in hours, without stops."""
    return distance / SPEED + climb / CLIMB


def clock(time: float) -> str:
    """Hours as a person says them: 2.5 becomes "2 h 30 min"."""
    whole, minutes = divmod(round(time * 60), 60)
    return f"{whole} h {minutes:02} min"


if __name__ == "__main__":
    print(clock(hours(*map(float, sys.argv[1:3]))))
