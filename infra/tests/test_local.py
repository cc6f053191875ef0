"""The local start-up leaves no process behind, and deploys the real template."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import tomllib
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local.keys import Keys
from local.places import ROOT
from local.processes import Failed, Processes
from local.stack import with_prebuilt_code

TEMPLATE = (ROOT / "template.yaml").read_text()

# Starts a child with a child of its own, writes the id of the latter, and waits.
PARENT = """
    import sys, time
    sys.path.insert(0, {infra!r})
    from local.processes import Processes, Interrupted
    try:
        with Processes() as processes:
            child = processes.start(["sh", "-c", "sleep 60 & echo $! > $0; wait", {note!r}])
            time.sleep(60)
    except Interrupted as interrupted:
        sys.exit(interrupted.status)
"""


class Children(unittest.TestCase):
    def test_grandchildren_end_when_a_signal_ends_the_parent(self) -> None:
        for signum in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signum.name), tempfile.TemporaryDirectory() as folder:
                note = Path(folder) / "grandchild"
                parent = start(PARENT.format(infra=str(ROOT / "infra"), note=str(note)))
                grandchild = int(eventually(lambda: note.exists() and note.read_text().strip()))
                parent.send_signal(signum)
                self.assertEqual(parent.wait(10), 128 + signum)
                eventually(lambda: not alive(grandchild))

    def test_a_failing_child_shows_the_end_of_its_log(self) -> None:
        with tempfile.TemporaryDirectory() as folder, Processes() as processes:
            with self.assertRaisesRegex(Failed, "status 3(.|\n)*the reason"):
                processes.run(["sh", "-c", "echo the reason; exit 3"], log=Path(folder) / "log")


class Template(unittest.TestCase):
    def test_only_the_code_of_the_functions_is_replaced(self) -> None:
        deployed = with_prebuilt_code(TEMPLATE, Path("/built")).splitlines()
        added = [line.strip() for line in deployed if line not in TEMPLATE.splitlines()]
        self.assertEqual(added, [f"CodeUri: /built/{name}" for name in ("webhook", "processor", "admin")])
        lost = len(TEMPLATE.splitlines()) - len(deployed)
        self.assertEqual(lost, 3 * len(["Metadata", "BuildMethod", "BuildProperties", "Binary"]))

    def test_a_function_with_another_code_uri_is_rejected(self) -> None:
        with self.assertRaises(Failed):
            with_prebuilt_code(TEMPLATE.replace("CodeUri: functions/admin", "CodeUri: elsewhere"), Path("/built"))


class Deployments(unittest.TestCase):
    def test_samconfig_overrides_only_parameters_of_the_template(self) -> None:
        parameters = set(re.findall(r"(?m)^  (\w+):\n    Type: (?:String|Number)$", TEMPLATE))
        for stage in ("dev", "prod"):
            names = {override.split("=")[0] for override in overrides(stage)}
            self.assertLessEqual(names, parameters)

    def test_dev_and_prod_share_no_secret(self) -> None:
        dev = {override for override in overrides("dev") if "Parameter=" in override}
        self.assertEqual(len(dev), len(Keys().by_name()))
        self.assertFalse({override.split("=")[1] for override in dev} & set(Keys().by_name()))


def overrides(stage: str) -> list[str]:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    return config[stage]["deploy"]["parameters"]["parameter_overrides"]


class Secrets(unittest.TestCase):
    def test_the_functions_get_digests_of_new_random_keys(self) -> None:
        keys = Keys()
        self.assertRegex(keys.digests(), r"^\w+:admin:[0-9a-f]{64},\w+:read:[0-9a-f]{64}$")
        self.assertNotIn(keys.admin, keys.digests())
        self.assertNotEqual(keys.admin, Keys().admin)

    def test_every_secret_has_the_default_name_of_the_template(self) -> None:
        defaults = set(re.findall(r"(?m)^  \w+Parameter:\n    Type: String\n    Default: (/\S+)$", TEMPLATE))
        self.assertEqual(set(Keys().by_name()), defaults)


def start(program: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)])


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie has ended too.
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z")


def eventually(look: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError("the condition was not met within 10 s")


if __name__ == "__main__":
    unittest.main()
