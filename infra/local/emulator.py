"""The emulated AWS: MiniStack on a free loopback port."""

import os
from pathlib import Path

from . import venvs
from .processes import Failed, Processes, tail
from .say import step
from .web import free_port, until_it_answers

REGION = "us-east-1"


def start(processes: Processes, folder: Path) -> str:
    """Starts the emulator, waits until it answers, and gives its address. What it holds is gone when it stops."""
    executable = venvs.ministack(processes)
    with step("starting the emulator"):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        log = folder / "emulator.log"
        scratch = folder / "tmp"
        scratch.mkdir()
        # The functions inherit this environment, so it is made from nothing. Both addresses matter: without the one it
        # would listen on all interfaces, without the other the functions would call the real AWS.
        clean = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(scratch),
            "TMPDIR": str(scratch),
            "LANG": "C.UTF-8",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "AWS_ENDPOINT_URL": url,
            "AWS_EC2_METADATA_DISABLED": "true",
            # The functions get the credentials of their roles and may do what the template allows, not more. The person
            # who started the emulator may do everything.
            "AUTH": "true",
        }
        process = processes.start([executable], env=clean, log=log)
        try:
            until_it_answers(f"{url}/_ministack/health", seconds=30, alive=lambda: process.poll() is None)
        except Failed as silent:
            raise Failed(f"the emulator did not start: {silent}\n{tail(log)}") from None
    return url


def environment(url: str) -> dict[str, str]:
    """For whatever is to use the emulator instead of AWS: no real credentials, profile or endpoint is left in it."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return ours | {
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
