"""Node, and the packages with which the operators' page is built and tested. No deployed function needs them."""

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import venvs
from .places import LOCAL, LOCKS, ROOT
from .processes import Failed, Processes
from .say import step
from .venvs import only_one

PAGE = ROOT / "functions" / "admin" / "page"

# An own fonts.conf, because the one that comes with the browser names folders of Lambda.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{home}/fonts</dir><cachedir>{home}/fonts-cache</cachedir></fontconfig>
"""
UNPACK = """
const { default: chromium } = await import("@sparticuz/chromium");
chromium.setGraphicsMode = false;
await chromium.executablePath();
"""


@dataclass(frozen=True)
class Node:
    """Node at its locked version, with the packages of a folder."""

    home: Path
    folder: Path = field(default=PAGE)

    @property
    def executable(self) -> Path:
        return self.home / "bin" / "node"

    def npm(self, *arguments: str) -> list[str | Path]:
        """Returns a command of npm. The wheel's own `bin/npm` is a copy that does not find its modules."""
        return [self.executable, self.home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js", *arguments]

    def environment(self) -> dict[str, str]:
        """Returns an environment in which scripts of packages find this Node, and npm writes below `.local/` only."""
        told = {"npm_config_cache": str(LOCAL / "npm"), "npm_config_update_notifier": "false", "NO_UPDATE_NOTIFIER": "1"}
        return os.environ | told | {"PATH": os.pathsep.join([str(self.executable.parent), os.environ.get("PATH", "")])}

    def run(self, processes: Processes, script: str, *arguments: str) -> None:
        """Runs a script of package.json, if it has that one. Raises `Failed` if it fails."""
        command = self.npm("run", "--silent", "--if-present", script, *(["--", *arguments] if arguments else []))
        if status := processes.status(command, cwd=self.folder, env=self.environment()):
            raise Failed(f"npm run {script} ended with status {status}, in {shown(self.folder)}")


def installed(processes: Processes) -> Node:
    """Returns Node with the packages of package-lock.json. Installs them once, and again if the lock has changed."""
    node = Node(venvs.node(processes))
    stamp = PAGE / "node_modules" / ".installed"
    wanted = fingerprint([PAGE / "package-lock.json", PAGE / ".npmrc", LOCKS / "node.lock.txt"])
    with only_one("npm"):
        if read(stamp) == wanted:
            return node
        with step(f"installing the packages of {shown(PAGE)}, once"):
            log = LOCAL / "npm.install.log"
            log.unlink(missing_ok=True)
            processes.run(node.npm("ci"), log=log, cwd=PAGE, env=node.environment())
            stamp.write_text(wanted)
    return node


def chromium(processes: Processes, node: Node) -> Path:
    """Returns the folder with the browser of the page's tests, its libraries and its fonts. Unpacks it once."""
    home = LOCAL / "chromium"
    stamp = home / "installed"
    wanted = f"{fingerprint([PAGE / 'node_modules' / '@sparticuz' / 'chromium' / 'package.json'])} {home}"
    with only_one("chromium"):
        if read(stamp) == wanted:
            return home
        with step(f"unpacking the browser into {shown(home)}, once"):
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir()
            log = LOCAL / "chromium.install.log"
            log.unlink(missing_ok=True)
            # It unpacks into the folder for temporary files, and its libraries only where it believes to be in Lambda.
            told = {"TMPDIR": str(home), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs24.x"}
            command: Sequence[str | Path] = [node.executable, "--input-type=module", "--eval", UNPACK]
            processes.run(command, log=log, cwd=PAGE, env=node.environment() | told)
            (home / "fonts.conf").write_text(FONTS.format(home=home))
            stamp.write_text(wanted)
    return home


def fingerprint(files: Sequence[Path]) -> str:
    """Returns a hash of the contents of files. One that does not exist counts as empty."""
    digests = [hashlib.sha256(file.read_bytes() if file.exists() else b"").digest() for file in files]
    return hashlib.sha256(b"".join(digests)).hexdigest()


def read(file: Path) -> str | None:
    """Returns the text of a file, or `None` if there is none."""
    return file.read_text() if file.exists() else None


def shown(path: Path) -> str:
    """Returns a path as a person in this checkout would write it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
