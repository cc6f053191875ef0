"""Builds, zips and checks the files that are deployed to Lambda."""

import hashlib
import os
import platform
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from .build import lay_out, target_folder
from .places import FUNCTIONS, LOCAL, ROOT
from .processes import Failed, Processes
from .say import say

RELEASE = LOCAL / "release"
# A cold start reads the whole file, so its size is limited.
ZIP_LIMIT = 4_500_000
# The C library of provided.al2023.
GLIBC = (2, 34)


@dataclass(frozen=True)
class Package:
    """A function as it is deployed."""

    function: str
    bootstrap: Path
    archive: Path

    def binary_bytes(self) -> int:
        return self.bootstrap.stat().st_size

    def zip_bytes(self) -> int:
        return self.archive.stat().st_size


def package(processes: Processes) -> list[Package]:
    """Builds and zips all functions for this machine's architecture, with `SHA256SUMS` beside them.

    The same sources, lock file and compiler give the same files in any folder.
    """
    say("· cargo build --release")
    words = [word for function in FUNCTIONS for word in ("--package", function)]
    if processes.status(["cargo", "build", "--locked", "--release", *words], cwd=ROOT, env=_without_our_paths()):
        raise Failed("cargo build failed")
    packages = [_pack(function) for function in FUNCTIONS]
    sums = [f"{hashlib.sha256(made.archive.read_bytes()).hexdigest()}  {made.archive.name}\n" for made in packages]
    (RELEASE / "SHA256SUMS").write_text("".join(sums))
    return packages


def check(made: Package) -> None:
    """Raises `Failed` if Lambda cannot run the binary or the zip file is too large."""
    versions = re.findall(rb"GLIBC_(\d+)\.(\d+)", made.bootstrap.read_bytes())
    needed = {(int(major), int(minor)) for major, minor in versions}
    if needed and max(needed) > GLIBC:
        raise Failed(
            f"{made.function} needs glibc {max(needed)[0]}.{max(needed)[1]}, and Lambda has {GLIBC[0]}.{GLIBC[1]}. "
            "Build it on an older system, or with `sam build`, which links for Lambda."
        )
    if made.zip_bytes() > ZIP_LIMIT:
        raise Failed(
            f"{made.archive.name} has {made.zip_bytes():,} bytes, {ZIP_LIMIT:,} are allowed, because a cold start reads all of it. "
            f"`CARGO_PROFILE_RELEASE_STRIP=none cargo bloat --release --crates -p {made.function}` shows the largest parts"
        )


def _pack(function: str) -> Package:
    bootstrap = RELEASE / function / "bootstrap"
    lay_out(target_folder() / "release" / function, bootstrap)
    archive = RELEASE / f"{function}-{platform.machine()}.zip"
    entry = zipfile.ZipInfo("bootstrap", date_time=(1980, 1, 1, 0, 0, 0))
    entry.external_attr = 0o100755 << 16
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr(entry, bootstrap.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return Package(function, bootstrap, archive)


def _without_our_paths() -> dict[str, str]:
    """Returns an environment in which panic messages have relative paths, so that builds in all folders are equal."""
    cargo = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
    flags = [f"--remap-path-prefix={ROOT}=.", f"--remap-path-prefix={cargo}=cargo"]
    return os.environ | {"RUSTFLAGS": " ".join([os.environ.get("RUSTFLAGS", ""), *flags]).strip()}
