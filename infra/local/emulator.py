"""The emulated AWS: MiniStack on a free loopback port."""

import os
from pathlib import Path

from . import venvs
from .processes import Failed, Processes, tail
from .say import step
from .web import free_port, until_it_answers

REGION = "us-east-1"


def start(processes: Processes, folder: Path) -> str:
    """Starts the emulator, waits until it answers, and returns its URL. Its data is lost when it stops."""
    executable = venvs.ministack(processes)
    with step("starting the emulator"):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        log = folder / "emulator.log"
        scratch = folder / "tmp"
        scratch.mkdir()
        # The functions inherit this environment, so it has nothing of ours. Without BIND_HOST the emulator would listen
        # on all interfaces, and without AWS_ENDPOINT_URL the functions would call the real AWS.
        clean = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(scratch),
            "TMPDIR": str(scratch),
            "LANG": "C.UTF-8",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "AWS_ENDPOINT_URL": url,
            "AWS_EC2_METADATA_DISABLED": "true",
            # The functions get the credentials of their roles, so they may only do what the template allows. The user
            # who starts the emulator may do everything.
            "AUTH": "true",
        }
        process = processes.start([executable], env=clean, log=log)
        try:
            until_it_answers(f"{url}/_ministack/health", seconds=30, alive=lambda: process.poll() is None)
        except Failed as silent:
            raise Failed(f"the emulator did not start: {silent}\n{tail(log)}") from None
    return url


def environment(url: str) -> dict[str, str]:
    """Returns an environment in which tools use the emulator. It has no real credentials, profile or endpoint."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return ours | {
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
