"""Starts the fake provider as a process."""

from collections.abc import Mapping
from pathlib import Path

from .keys import Keys
from .processes import Failed, Processes, tail
from .say import step
from .web import free_port, until_it_answers


def start(processes: Processes, binary: Path, folder: Path, keys: Keys, behaviour: Mapping[str, str]) -> str:
    """Starts it on a free port and returns its URL. `behaviour` has its command-line options without the dashes."""
    with step("starting the fake provider"):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        log = folder / "fake-bland.log"
        options = {"listen": f"127.0.0.1:{port}", "webhook-secret": keys.webhook_secret, "api-key": keys.bland} | dict(
            behaviour
        )
        command: list[str | Path] = [binary]
        for name, value in options.items():
            command += [f"--{name}", value]
        process = processes.start(command, log=log)
        try:
            until_it_answers(f"{url}/_fake/health", seconds=10, alive=lambda: process.poll() is None)
        except Failed as silent:
            raise Failed(f"the fake provider did not start: {silent}\n{tail(log)}") from None
    return url
