"""One start of the whole product: from an empty checkout to a deployed stack, and back to nothing."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from . import build, emulator, fake_bland, stack
from .keys import Keys
from .places import BUILD, LOCAL
from .processes import Processes
from .stack import Stack

RUNS = LOCAL / "runs"


@contextmanager
def whole_product(
    processes: Processes,
    *,
    settings: Mapping[str, str],
    provider: Mapping[str, str],
    keys: Keys | None = None,
    built: Path = BUILD,
) -> Iterator[tuple[Stack, Path]]:
    """Builds, starts and deploys everything. Gives the stack and a folder with the logs of this start.

    `keys`: instead of new ones. `built`: functions of another build than this one.
    """
    keys = keys or Keys()
    with folder_for_one_start() as folder:
        binary = build.build(processes)
        endpoint = emulator.start(processes, folder)
        fake_url = fake_bland.start(processes, binary, folder, keys, provider)
        yield stack.deploy(processes, endpoint, folder, keys, fake_url, settings, built), folder


@contextmanager
def folder_for_one_start() -> Iterator[Path]:
    """A folder for one start. Those of earlier starts are swept, but for the newest, whose logs may be wanted."""
    RUNS.mkdir(parents=True, exist_ok=True)
    over = sorted((old for old in RUNS.iterdir() if not _in_use(old)), key=lambda old: old.stat().st_mtime)
    for old in over[:-1]:
        shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(dir=RUNS))
    with open(folder / "in-use", "w") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        yield folder


def _in_use(folder: Path) -> bool:
    try:
        mark = os.open(folder / "in-use", os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except OSError:
        return True
    finally:
        os.close(mark)
