"""Every kind of leak is found in any spelling, and the report does not repeat it."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local.leaks import FIXTURES, find, needles

SECRET = "s3cr3t-of-this-start"
CLEAN = (
    '{"level":"INFO","message":"call result received","call.id":"dd842125-5501-4a5b-8550-1075551235aa",'
    '"attempt.id":"0193d0c2-7b1e-7c3a-9f10-212555012345","at":1766212555012,"span":{"request.id":"2125550123abcdef'
    '2125550123abcdef"}}'
)
LEAKS = {
    "a phone number": [
        "+16285550107",
        "%2B16285550107",
        "16285550107",
        "(628) 555-0107",
        "628.555.0107",
        "123456_6285550107",
        '"to":"6285550107"',
    ],
    "a name": ["John", '"first_name":"Jane"', "Doe,"],
    "what somebody said": ["user: If you would like us to stop calling you, just say so."],
    "a secret": [f"X-API-Key: {SECRET}"],
}


class Leaks(unittest.TestCase):
    def found(self, line: str) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "webhook.log"
            log.write_text(f"{CLEAN}\n{line}\n")
            return find(log, needles(FIXTURES, [SECRET]))

    def test_each_kind_is_reported_with_its_place_and_without_its_text(self) -> None:
        for kind, leaks in LEAKS.items():
            for leak in leaks:
                places = self.found(f'{{"message":"{leak}"}}')
                self.assertTrue(any(place.endswith(f"webhook.log:2 has {kind}") for place in places), (leak, places))
                self.assertFalse(any(leak in place for place in places))

    def test_ids_and_times_are_not_leaks(self) -> None:
        self.assertEqual(self.found(CLEAN), [])

    def test_every_recorded_payload_is_a_leak(self) -> None:
        for path in FIXTURES.rglob("*.json"):
            if path.parent.name in ("bland", "convoso") and "streaming" not in path.name:
                self.assertTrue(self.found(path.read_text().replace("\n", " ")), path.name)


if __name__ == "__main__":
    unittest.main()
