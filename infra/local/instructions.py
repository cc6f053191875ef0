"""Counts the instructions of the cases of `tests/bench` with Valgrind, and compares them with the committed counts."""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from .build import target_folder
from .places import ROOT
from .processes import Failed, Processes
from .say import say

COUNTS = ROOT / "infra" / "bench.json"
# A case may take this share more than its committed count. Seeds of hash maps move a count by less than one percent.
TOLERANCE = 0.10
# The profile and the packages of the simulation (`.ci/steps`), so that one build serves both.
PROFILE = "simulation"
BUILD = ["cargo", "build", "--locked", "--profile", PROFILE, "-p", "redial-bench", "-p", "redial-simulation", "--bins", "--tests"]
# The difference of two runs has no preparation, no start of the process and no first round in it.
FEW, MANY = 5, 45


def count(processes: Processes) -> dict[str, int]:
    """Returns the instructions of one round of each case."""
    if not shutil.which("valgrind"):
        raise Failed("valgrind is missing. Install the package `valgrind` of your system.")
    say("· cargo build")
    if processes.status(BUILD, cwd=ROOT):
        raise Failed("cargo build failed")
    program = target_folder() / PROFILE / "redial-bench"
    cases = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    return {case: _of(program, case) for case in cases}


def _of(program: Path, case: str) -> int:
    few, many = (_run(program, case, rounds) for rounds in (FEW, MANY))
    return (many - few) // (MANY - FEW)


def _run(program: Path, case: str, rounds: int) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={scratch}/out", program, case, str(rounds)]
        ran = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    counted = re.search(r"Collected : (\d+)", ran.stderr)
    if ran.returncode or not counted:
        raise Failed(f"{case} failed under valgrind:\n{ran.stderr[-2000:]}")
    return int(counted[1])


def committed() -> dict[str, int]:
    return json.loads(COUNTS.read_text())


def commit(counts: dict[str, int]) -> None:
    COUNTS.write_text(json.dumps(counts, indent=2) + "\n")


def compare(counts: dict[str, int], before: dict[str, int]) -> tuple[list[str], list[str]]:
    """Returns the rows of a table, and what is wrong."""
    rows = ["| case | instructions | committed | ratio |", "|---|---:|---:|---:|"]
    wrong = []
    for case, now in counts.items():
        if case not in before:
            wrong.append(f"{case} has no committed count")
            continue
        ratio = now / before[case]
        rows.append(f"| `{case}` | {now:,} | {before[case]:,} | {ratio:.3f} |")
        if ratio > 1 + TOLERANCE:
            wrong.append(f"{case} takes {ratio - 1:.0%} more instructions than committed")
    wrong += [f"{case} is committed and no case" for case in before if case not in counts]
    return rows, wrong
