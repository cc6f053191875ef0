"""Searches the functions' logs for personal data, transcripts and secrets, which must not be there."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .places import FUNCTIONS, ROOT
from .processes import Failed
from .stack import STACK
from .web import Aws

FIXTURES = ROOT / "tests" / "fixtures"
NAMES = ("first_name", "last_name")
SAID = ("text", "concatenated_transcript", "summary")
SHORTEST_SENTENCE = 12
# Every phone number of the tests matches this, in any spelling.
NUMBER = re.compile(r"(?<!\d)1?\d{3}\)?[-. ]*555[-. ]*01\d\d(?!\d)")
# These may contain ten digits in a row by chance.
IDS = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{32,}\b")


@dataclass(frozen=True)
class Needle:
    """A text that must not be in a log. Reports show its kind, never the text."""

    kind: str
    pattern: re.Pattern[str]


def needles(fixtures: Path, secrets: Iterable[str]) -> list[Needle]:
    """Returns the names and sentences of the recorded payloads, and the secrets of this start."""
    found = [Needle("a phone number", NUMBER)]
    found += [Needle("a secret", re.compile(re.escape(secret))) for secret in secrets]
    # Some fixtures begin with a byte order mark.
    bodies = [json.loads(path.read_text(encoding="utf-8-sig")) for path in sorted(fixtures.rglob("*.json"))]
    names = {text for body in bodies for key, text in _texts(body) if key in NAMES and text}
    found += [Needle("a name", re.compile(rf"\b{re.escape(name)}\b")) for name in sorted(names)]
    said = {sentence for body in bodies for key, text in _texts(body) if key in SAID for sentence in _sentences(text)}
    found += [Needle("what somebody said", re.compile(re.escape(sentence))) for sentence in sorted(said)]
    return found


def find(log: Path, wanted: Iterable[Needle]) -> list[str]:
    """Returns the places in a log that match a needle."""
    wanted = list(wanted)
    places = []
    for number, line in enumerate(log.read_text().splitlines(), 1):
        text = IDS.sub("", line)
        places += [f"{log}:{number} has {needle.kind}" for needle in wanted if needle.pattern.search(text)]
    return places


def collect(aws: Aws, folder: Path) -> dict[str, Path]:
    """Writes the log of each function to a file, and returns the files."""
    logs = {}
    for function in FUNCTIONS:
        logs[function] = folder / f"{function}.log"
        logs[function].write_text("".join(line + "\n" for line in aws.log_lines(f"/aws/lambda/{STACK}-{function}")))
    return logs


def check(aws: Aws, folder: Path, secrets: Iterable[str], *, all_functions: bool) -> None:
    """Raises `Failed` if a log has a leak. With `all_functions`, also if a function has logged nothing."""
    logs = collect(aws, folder)
    places = [place for log in logs.values() for place in find(log, needles(FIXTURES, secrets))]
    if places:
        raise Failed("personal data or secrets in logs:\n" + "\n".join(places[:50]))
    silent = [function for function, log in logs.items() if '"level"' not in log.read_text()]
    unmeasured = [function for function, log in logs.items() if '"CloudWatchMetrics"' not in log.read_text()]
    if all_functions and (silent or unmeasured):
        raise Failed(f"no log line from {silent} and no metric from {unmeasured}, so their logs were not checked")


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for name, inner in value.items():
                yield from _texts(inner, name)
        case list():
            for inner in value:
                yield from _texts(inner, key)
        case str():
            yield key, value


def _sentences(text: str) -> list[str]:
    """Splits a transcript into sentences without speakers, because a log could have a single sentence.

    Half of a surrogate pair ends one too: no log can have it.
    """
    parts = re.split(r"\s*(?:assistant|user|agent-action): |[.?!\n\ud800-\udfff]", text)
    return [part.strip() for part in parts if len(part.strip()) >= SHORTEST_SENTENCE]
