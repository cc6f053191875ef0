"""One start of the whole product: from an empty checkout to a deployed stack, and back to nothing."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from . import build, emulator, fake_bland, venvs
from .keys import Keys
from .places import BUILD, LOCAL
from .processes import Processes
from .say import step
from .stack import Deployment, Stack

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
    with folder_for_one_start() as folder:
        fake = build.build(processes)
        [stack] = deployed(processes, fake, {folder: keys or Keys()}, settings, provider, built)
        yield stack, folder


def deployed(
    processes: Processes,
    fake: Path,
    places: Mapping[Path, Keys],
    settings: Mapping[str, str],
    provider: Mapping[str, str],
    built: Path = BUILD,
) -> list[Stack]:
    """Starts an emulator, a fake provider and a stack for each folder. They share nothing, so that they can be used at once."""
    sam = venvs.sam(processes)
    running = []
    for folder, keys in places.items():
        endpoint = emulator.start(processes, folder)
        fake_url = fake_bland.start(processes, fake, folder, keys, provider)
        running.append((endpoint, folder, keys, fake_url))
    with step("deploying the stack" if len(running) == 1 else f"deploying {len(running)} stacks"):
        under_way = [Deployment(processes, sam, *one, settings, built) for one in running]
        return [deployment.finished() for deployment in under_way]


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
