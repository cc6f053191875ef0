"""What an import says about a wrong clock, and when it corrects it."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local import months
from local.months import Choice
from local.processes import Failed

SHIFT = {"finding": "shift", "records": 9, "shift": "+05:00", "agree": 7, "of": 8, "evidence": "x"}
NONE = {"finding": "none", "records": 9}
UNCLEAR = {"finding": "unclear", "records": 9, "evidence": "x"}


class Import(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.said: list[str] = []
        self.enterContext(mock.patch.object(months, "say", self.said.append))

    def bring(self, findings: list[dict[str, object]], choice: Choice, bucket: str | None = None) -> dict[str, bytes]:
        """Imports months with these findings into a folder, and gives what it has then."""
        files = []
        for number, finding in enumerate(findings, 1):
            files.append(self.folder / f"redial-queue_2025-{number:02}.json")
            files[-1].write_text(json.dumps(finding))

        def clock(file: Path, *arguments: str) -> bytes:
            return f"moved {arguments[1]}".encode() if arguments[0] == "--move" else file.read_bytes()

        into = self.folder / "into"
        with mock.patch.object(months, "clock", clock):
            months.bring(files, choice, None, bucket, into)
        return {file.name[-7:-5]: file.read_bytes() for file in sorted(into.iterdir())}

    def test_a_month_of_a_right_clock_is_imported_as_it_is(self) -> None:
        self.assertEqual(self.bring([NONE], Choice(correct=True)), {"01": json.dumps(NONE).encode()})
        self.assertEqual(self.said[0], "redial-queue_2025-01.json: 9 records, no sign of a wrong clock")

    def test_a_wrong_clock_is_named_and_corrected_on_request_only(self) -> None:
        with self.assertRaisesRegex(Failed, r"Nothing was imported. Use --correct-shift for \+05:00"):
            self.bring([NONE, SHIFT], Choice())
        self.assertIn("9 records, the clock needs +05:00: 7 of 8 agree, because x", self.said[1])
        self.assertIn("--shift", self.said[2])
        self.assertFalse((self.folder / "into").exists())
        brought = self.bring([NONE, SHIFT], Choice(correct=True))
        self.assertEqual(brought, {"01": json.dumps(NONE).encode(), "02": b"moved +05:00"})

    def test_a_person_may_keep_the_times_or_name_the_shift(self) -> None:
        self.assertEqual(self.bring([SHIFT], Choice(keep=True)), {"01": json.dumps(SHIFT).encode()})
        (self.folder / "into" / "redial-queue_2025-01.json").unlink()
        self.assertEqual(self.bring([NONE], Choice(shift="-7")), {"01": b"moved -7"})

    def test_an_unclear_clock_is_never_corrected_by_itself(self) -> None:
        with self.assertRaisesRegex(Failed, "use --shift or --keep-times"):
            self.bring([UNCLEAR], Choice(correct=True))
        self.assertEqual(self.bring([UNCLEAR], Choice(shift="+5")), {"01": b"moved +5"})

    def test_nothing_is_overwritten(self) -> None:
        self.bring([NONE], Choice())
        with self.assertRaisesRegex(Failed, "exists"):
            self.bring([NONE], Choice())

    def test_a_file_with_another_name_is_no_month(self) -> None:
        with self.assertRaisesRegex(Failed, "redial-queue_YYYY-MM.json"):
            months.bring([self.folder / "month.json"], Choice(), None, None, None)

    def test_a_month_that_has_begun_in_the_bucket_is_not_replaced(self) -> None:
        refused = subprocess.CompletedProcess([], 254, "", "An error occurred (PreconditionFailed)")
        with mock.patch("subprocess.run", return_value=refused) as run:
            with self.assertRaisesRegex(Failed, "has begun in the bucket"):
                months.upload(Path("m.json"), "redial-queue_2025-01.json", "bucket")
        self.assertEqual(run.call_args.args[0][-2:], ["--if-none-match", "*"])
        self.assertIn("redial-queue/redial-queue_2025-01.json", run.call_args.args[0])


if __name__ == "__main__":
    unittest.main()
