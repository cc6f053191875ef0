"""Builds the operators' page, and compares it with what is committed."""

import gzip
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from .node import PAGE, Node, shown
from .places import LOCAL, ROOT
from .processes import Failed, Processes
from .venvs import only_one

# A place with the same folders as this checkout, because the sources name openapi.json relative to themselves.
COPY = LOCAL / "page"
TYPES = "src/openapi.d.ts"
# What the browser gets from API Gateway, which compresses. An operator's page on a slow connection is there in two seconds.
WEIGHT_LIMIT = 150_000


def make(processes: Processes, node: Node) -> dict[str, bytes]:
    """Builds the page beside the checkout. Returns the files in `dist` by their paths in `PAGE`."""
    with only_one("page"):
        sources = copied(PAGE, COPY)
        there = replace(node, folder=sources)
        there.run(processes, "types")
        there.run(processes, "check")
        there.run(processes, "build")
        # For editors. Git ignores it, because it says what openapi.json says.
        shutil.copy(sources / TYPES, PAGE / TYPES)
        return files(sources / "dist", "dist/")


def copied(page: Path, copy: Path) -> Path:
    """Copies the sources of the page, with the packages as a link, and what they name outside of their folder."""
    shutil.rmtree(copy, ignore_errors=True)
    there = copy / page.relative_to(ROOT)
    shutil.copytree(page, there, ignore=shutil.ignore_patterns("node_modules", "dist"))
    (there / "node_modules").symlink_to(page / "node_modules")
    shutil.copy(ROOT / "openapi.json", copy)
    return there


def files(folder: Path, prefix: str = "") -> dict[str, bytes]:
    """Returns the contents of all files below a folder by their relative paths."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {f"{prefix}{path.relative_to(folder)}": path.read_bytes() for path in found}


def write(made: Mapping[str, bytes]) -> None:
    """Replaces `dist` of this checkout."""
    shutil.rmtree(PAGE / "dist", ignore_errors=True)
    for path, content in made.items():
        (PAGE / path).parent.mkdir(parents=True, exist_ok=True)
        (PAGE / path).write_bytes(content)


def compare(made: Mapping[str, bytes], committed: Mapping[str, bytes]) -> None:
    """Raises `Failed` if what is committed is not what was made."""
    if wrong := sorted(path for path in made.keys() | committed.keys() if made.get(path) != committed.get(path)):
        names = "\n".join(f"  {shown(PAGE / path)}" for path in wrong)
        raise Failed(f"these files are not what infra/page build makes. Run it and commit them:\n{names}")


def weight(made: Mapping[str, bytes]) -> int:
    """Returns how many bytes a browser loads for the page."""
    return sum(len(gzip.compress(content, mtime=0)) for content in made.values())


def weigh(made: Mapping[str, bytes]) -> None:
    """Raises `Failed` if the page is too heavy."""
    if (found := weight(made)) > WEIGHT_LIMIT:
        raise Failed(f"the page has {found:,} bytes compressed, {WEIGHT_LIMIT:,} are allowed")


def credit(made: Mapping[str, bytes], node: Node) -> None:
    """Raises `Failed` if a package that is part of the page is not named with its license, there and in NOTICE."""
    script, notice = made["dist/admin/page.js"].decode(), (ROOT / "NOTICE").read_text()
    for name in json.loads((node.folder / "package.json").read_text())["dependencies"]:
        text = (node.folder / "node_modules" / name / "LICENSE").read_text()
        [owner] = re.findall(r"(?m)^Copyright .*$", text)
        if text.strip() not in script:
            raise Failed(f"dist/admin/page.js does not have the license of {name}. vite.config.ts puts licenses there")
        if f"  {name} (" not in notice or owner not in notice:
            raise Failed(f"NOTICE does not name {name}, {owner}")


def committed() -> dict[str, bytes]:
    """Returns `dist` of this checkout."""
    return files(PAGE / "dist", "dist/")
