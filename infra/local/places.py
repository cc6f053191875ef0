"""Folders. All commands write only below `.local/`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
LOCKS = ROOT / "infra" / "local"
BUILD = LOCAL / "build"

FUNCTIONS = ("webhook", "processor", "admin")
