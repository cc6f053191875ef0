"""Brings months of the replaced system to the bucket, with the times of a wrong clock corrected on request."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .places import ROOT
from .processes import Failed
from .say import say

NAME = re.compile(r"redial-queue_\d{4}-\d{2}\.json")
CLOCK = ["cargo", "run", "--quiet", "--locked", "--package", "redial-formats", "--example", "month-clock", "--"]


@dataclass(frozen=True)
class Choice:
    """What to do about a wrong clock."""

    correct: bool = False
    shift: str | None = None
    keep: bool = False


@dataclass(frozen=True)
class Finding:
    """What the program says about the clock of a month."""

    finding: str
    records: int
    shift: str | None = None
    agree: int = 0
    of: int = 0
    evidence: str = ""

    def text(self) -> str:
        counted = f"{self.records} record{'' if self.records == 1 else 's'}"
        if self.finding == "none":
            return f"{counted}, no sign of a wrong clock"
        if self.finding == "unclear":
            return f"{counted}, the clock is unclear: {self.evidence}"
        return f"{counted}, the clock needs {self.shift}: {self.agree} of {self.of} agree, because {self.evidence}"


def bring(
    files: Sequence[Path], choice: Choice, written: datetime | None, bucket: str | None, folder: Path | None
) -> None:
    """Checks all files before it uploads or writes the first one."""
    for file in files:
        if not NAME.fullmatch(file.name):
            raise Failed(f"{file} is no month. The name of a month is redial-queue_YYYY-MM.json.")
    findings = {file: found(file, written) for file in files}
    for file, finding in findings.items():
        say(f"{file.name}: {finding.text()}")
    named = {finding.shift for finding in findings.values() if finding.shift}
    if named and any(finding.records and finding.finding == "none" for finding in findings.values()):
        say("Files of one server usually need the same shift. If these do, name it with --shift.")
    if not bucket and not folder:
        return
    moves = {file: move(file, finding, choice) for file, finding in findings.items()}
    with tempfile.TemporaryDirectory() as scratch:
        ready = {file: prepared(file, shift, Path(scratch)) for file, shift in moves.items()}
        for file, content in ready.items():
            done = f"every time moved by {moves[file]}" if moves[file] else "as it is"
            if folder:
                folder.mkdir(parents=True, exist_ok=True)
                copy(content, folder / file.name)
                say(f"{file.name}: written to {folder}, {done}")
            if bucket:
                upload(content, file.name, bucket)
                say(f"{file.name}: uploaded, {done}")


def found(file: Path, written: datetime | None) -> Finding:
    """Judges the clock of a file by its own time, unless another one is given."""
    at = written.timestamp() if written else file.stat().st_mtime
    return Finding(**json.loads(clock(file, str(int(at * 1000)))))


def move(file: Path, finding: Finding, choice: Choice) -> str | None:
    """Gives the shift by which the times of a file are moved. A person decides about a clock that looks wrong."""
    if choice.shift:
        return choice.shift
    if choice.keep or finding.finding == "none":
        return None
    if finding.finding == "unclear":
        raise Failed(f"Nothing was imported. Look at {file}, then use --shift or --keep-times.")
    if not choice.correct:
        raise Failed(f"Nothing was imported. Use --correct-shift for {finding.shift}, or --shift or --keep-times.")
    return finding.shift


def prepared(file: Path, shift: str | None, folder: Path) -> Path:
    """Gives the file itself, or a corrected copy of it."""
    if shift is None:
        return file
    corrected = folder / file.name
    corrected.write_bytes(clock(file, "--move", shift))
    # A second check compares the times in the file with its last change.
    shutil.copystat(file, corrected)
    return corrected


def copy(content: Path, target: Path) -> None:
    """Copies a month with the time of its last change, and overwrites nothing."""
    if target.exists():
        raise Failed(f"{target} exists. Name another folder with --into.")
    shutil.copy2(content, target)


def clock(file: Path, *arguments: str) -> bytes:
    try:
        asked = subprocess.run([*CLOCK, *arguments], cwd=ROOT, input=file.read_bytes(), capture_output=True)
    except OSError as error:
        raise Failed(f"{file} cannot be checked: {error}") from error
    if asked.returncode:
        raise Failed(f"{file} cannot be checked: {asked.stderr.decode(errors='replace').strip()}")
    return asked.stdout


def upload(content: Path, name: str, bucket: str) -> None:
    """Uploads a month that is not there yet. The bucket rejects a write without a condition."""
    command = ["aws", "s3api", "put-object", "--bucket", bucket, "--key", f"redial-queue/{name}"]
    condition = ["--body", str(content), "--content-type", "application/json", "--if-none-match", "*"]
    try:
        asked = subprocess.run([*command, *condition], capture_output=True, text=True)
    except OSError as error:
        raise Failed(f"{name} cannot be uploaded: {error}. Install the AWS CLI.") from error
    if "PreconditionFailed" in asked.stderr:
        raise Failed(f"{name} has begun in the bucket. Use --into, and merge both: Restore in docs/RUNBOOK.md.")
    if asked.returncode:
        raise Failed(f"{name} cannot be uploaded: {asked.stderr.strip()}")
