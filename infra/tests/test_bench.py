"""The pure parts of measurements."""

import hashlib
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local.figures import table
from local.instructions import compare
from local.loopback import Sent
from local.measured import ENVIRONMENT, admin_get, month_before
from local.prices import bill, days_of_old_versions, webhook_memory_mb
from local.processes import Failed


class Instructions(unittest.TestCase):
    def test_a_case_may_take_ten_percent_more(self) -> None:
        rows, wrong = compare({"a": 110, "b": 50}, {"a": 100, "b": 100})
        self.assertEqual((len(rows), wrong), (4, []))

    def test_a_case_that_takes_more_is_named(self) -> None:
        _, wrong = compare({"a": 111}, {"a": 100})
        self.assertEqual(wrong, ["a takes 11% more instructions than committed"])

    def test_a_case_without_a_count_and_a_count_without_a_case_are_named(self) -> None:
        _, wrong = compare({"a": 1}, {"b": 1})
        self.assertEqual(wrong, ["a has no committed count", "b is committed and no case"])


class Measured(unittest.TestCase):
    def test_the_month_before_january_is_december(self) -> None:
        self.assertEqual([month_before("2026-01"), month_before("2026-12")], ["2025-12", "2026-11"])

    def test_the_request_of_an_operator_has_the_key_that_the_function_knows(self) -> None:
        event = admin_get("/records", {"limit": "100"})
        digest = hashlib.sha256(event["headers"]["X-API-Key"].encode()).hexdigest()
        self.assertEqual(ENVIRONMENT["ADMIN_API_KEYS"].split(":")[2], digest)
        self.assertEqual(event["multiValueQueryStringParameters"], {"limit": ["100"]})


class Answers(unittest.TestCase):
    def test_a_percentile_is_the_time_of_an_answer(self) -> None:
        sent = Sent(1.0, {"200 applied": 100}, [float(ms) for ms in range(1, 101)])
        self.assertEqual([sent.percentile(share) for share in (0, 0.5, 0.99, 1)], [1, 51, 100, 100])

    def test_one_other_answer_fails_the_measurement(self) -> None:
        sent = Sent(1.0, {"200 applied": 1, "503 no result": 1}, [1.0, 2.0])
        self.assertRaises(Failed, sent.must_be, "200 applied")


class Costs(unittest.TestCase):
    def test_every_kind_of_request_has_its_price(self) -> None:
        requests = {
            "S3 PUT": {"requests": 1e6, "units": 0, "bytes": 0, "replaced": 1e12},
            "S3 PUT conflict": {"requests": 1e6, "units": 0, "bytes": 0, "replaced": 0},
            "S3 GET 304": {"requests": 1e6, "units": 0, "bytes": 0, "replaced": 0},
            "DynamoDB PutItem": {"requests": 1e6, "units": 3e6, "bytes": 0, "replaced": 0},
            "DynamoDB GetItem": {"requests": 1e6, "units": 1e6, "bytes": 0, "replaced": 0},
        }
        million = bill(requests, invocations=1_000_000, seconds=100_000, memory_mb=512, old_days=15)
        self.assertEqual(
            [round(dollars, 3) for dollars in million.parts.values()],
            [10.0, 0.4, 11.5, 1.875, 0.125, 0.2, 0.667],
        )
        self.assertAlmostEqual(million.times(0.5).total(), million.total() / 2)

    def test_the_template_says_what_is_kept_and_how_much_memory_a_webhook_has(self) -> None:
        self.assertGreater(days_of_old_versions(), 0)
        self.assertIn(webhook_memory_mb(), range(128, 10_241))


class Tables(unittest.TestCase):
    def test_numbers_are_to_the_right(self) -> None:
        self.assertEqual(table(["a", "b"], [["c", "1"]]), ["| a | b |", "| --- | ---: |", "| c | 1 |"])


if __name__ == "__main__":
    unittest.main()
