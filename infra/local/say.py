"""Progress messages on the terminal."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_START = time.monotonic()


def say(text: str = "") -> None:
    """Prints one line without buffering."""
    print(text, flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Prints a step and its duration."""
    started = time.monotonic()
    print(f"· {what} … ", end="", flush=True)
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - started:.1f} s", flush=True)


def fail(text: str) -> int:
    """Prints why the command fails, and returns its exit status."""
    print(f"\n{text}", file=sys.stderr, flush=True)
    return 1


def elapsed() -> float:
    """Returns the seconds since the start of the command."""
    return time.monotonic() - _START
