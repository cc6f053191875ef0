"""Child processes that never outlive this process.

Each child has its own process group, so that stopping it also stops the processes that it started. On Linux, the kernel
also ends a child when this process is killed.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 5.0

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Failed(Exception):
    """A step failed. The message is for the user."""


class Interrupted(BaseException):
    """A signal asked this process to end."""

    def __init__(self, signum: int) -> None:
        super().__init__(signal.Signals(signum).name)
        self.status = 128 + signum


class Processes:
    """Starts children and stops all of them on leaving the `with` block."""

    def __init__(self) -> None:
        self._children: list[subprocess.Popen[bytes]] = []
        self._starting = False
        self._ending = False
        self._pending: int | None = None

    def __enter__(self) -> "Processes":
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        self._ending = True
        for child in reversed(self._children):
            stop(child)

    def start(
        self,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        log: Path | None = None,
        cwd: Path | None = None,
    ) -> subprocess.Popen[bytes]:
        """Starts a child in the background. Its output goes to `log`, or to our own output."""
        self._starting = True  # A signal between the fork and the list would lose the child.
        try:
            with open(log, "ab") if log else nullcontext() as output:
                child = subprocess.Popen(
                    [str(word) for word in command],
                    env=dict(env) if env is not None else None,
                    cwd=cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT if log else None,
                    start_new_session=True,
                    preexec_fn=_die_with(os.getpid()),
                )
            self._children.append(child)
        finally:
            self._starting = False
        if self._pending is not None:
            raise Interrupted(self._pending)
        return child

    def status(self, command: Sequence[str | Path], **how: object) -> int:
        """Runs a child to its end and returns its exit status."""
        child = self.start(command, **how)  # type: ignore[arg-type]
        try:
            return child.wait()
        finally:
            stop(child)
            self._children.remove(child)

    def run(self, command: Sequence[str | Path], *, log: Path, **how: object) -> None:
        """Runs a child to its end. Raises `Failed` with the end of its log if it fails."""
        if status := self.status(command, log=log, **how):
            raise Failed(f"{Path(command[0]).name} ended with status {status}:\n{tail(log)}")

    def _on_signal(self, signum: int, _: FrameType | None) -> None:
        if self._ending:
            return
        if self._starting:
            self._pending = signum
            return
        self._ending = True
        raise Interrupted(signum)


def stop(child: subprocess.Popen[bytes]) -> None:
    """Ends a child and its group: with SIGTERM, and with SIGKILL after some seconds."""
    deadline = time.monotonic() + GRACE_SECONDS
    if _signal_group(child, signal.SIGTERM):
        while child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        _signal_group(child, signal.SIGKILL)
    child.wait()


def tail(log: Path, lines: int = 40) -> str:
    """Returns the end of a log file."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"


def _signal_group(child: subprocess.Popen[bytes], signum: int) -> bool:
    try:
        os.killpg(child.pid, signum)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _die_with(parent: int) -> Callable[[], None]:
    def prepare() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # The parent ended before the call above.
                os._exit(1)

    return prepare
