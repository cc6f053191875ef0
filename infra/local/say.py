"""What the person in front of the terminal reads while waiting."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_START = time.monotonic()


def say(text: str = "") -> None:
    """Prints one line at once, also into a pipe."""
    print(text, flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Announces a piece of work and how long it took."""
    started = time.monotonic()
    print(f"· {what} … ", end="", flush=True)
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - started:.1f} s", flush=True)


def fail(text: str) -> int:
    """Reports why the command ends, and gives the exit status for it."""
    print(f"\n{text}", file=sys.stderr, flush=True)
    return 1


def elapsed() -> float:
    """Seconds since the command was started."""
    return time.monotonic() - _START
