"""The checks of a release, and the messages of commands when something is missing."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local import package, samples
from local.package import ZIP_LIMIT, Package
from local.places import ROOT
from local.processes import Failed
from local.samples import CASES, EVENTS, missing


class Budget(unittest.TestCase):
    def made(self, folder: str, binary: bytes, zipped: int) -> Package:
        bootstrap, archive = Path(folder) / "bootstrap", Path(folder) / "webhook.zip"
        bootstrap.write_bytes(binary)
        archive.write_bytes(bytes(zipped))
        return Package("webhook", bootstrap, archive)

    def test_a_zip_file_may_be_as_large_as_its_limit(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            package.check(self.made(folder, b"", ZIP_LIMIT))
            with self.assertRaisesRegex(Failed, "4,500,001 bytes, 4,500,000 are allowed"):
                package.check(self.made(folder, b"", ZIP_LIMIT + 1))

    def test_a_binary_that_needs_a_newer_c_library_than_lambda_has_is_rejected(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            package.check(self.made(folder, b"..GLIBC_2.4..GLIBC_2.34..", 1))
            with self.assertRaisesRegex(Failed, "webhook needs glibc 2.39, and Lambda has 2.34"):
                package.check(self.made(folder, b"..GLIBC_2.4..GLIBC_2.39..", 1))


class Expectations(unittest.TestCase):
    def test_an_answer_may_have_more_fields_than_expected(self) -> None:
        found = {"total": 2, "records": [{"id": "1", "attempts": 1}], "more": None}
        for expected, differences in [
            ({"total": 2}, []),
            ({"records": [{"attempts": 1}]}, []),
            ({"total": 3}, ["body.total is 2 instead of 3"]),
            ({"records": [{"attempts": 2}]}, ["body.records[0].attempts is 1 instead of 2"]),
            ({"records": []}, ["body.records is [{'id': '1', 'attempts': 1}] instead of []"]),
            ({"absent": {"a": 1}}, ["body.absent is None instead of {'a': 1}"]),
        ]:
            with self.subTest(expected):
                self.assertEqual(list(missing(expected, found, "body")), differences)

    def test_every_event_has_an_expected_answer(self) -> None:
        self.assertEqual({case.event for case in CASES}, {file.stem for file in EVENTS.glob("*.json")})

    def test_every_event_is_described(self) -> None:
        readme = (EVENTS / "README.md").read_text()
        for file in samples.EVENTS.glob("*.json"):
            self.assertIn(f"| `{file.name}` |", readme)


class WithoutDocker(unittest.TestCase):
    def test_localstack_asks_to_install_docker(self) -> None:
        nothing = mock.patch.dict(os.environ, {"PATH": "/nowhere"})
        with nothing:
            ran = subprocess.run(
                [sys.executable, ROOT / "infra" / "localstack", "up"], capture_output=True, text=True, check=False
            )
        self.assertNotEqual(ran.returncode, 0)
        self.assertIn("install Docker", ran.stderr)


if __name__ == "__main__":
    unittest.main()
