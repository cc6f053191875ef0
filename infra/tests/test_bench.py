"""What counts of instructions are compared with, and the events of measurements."""

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local.instructions import compare
from local.loopback import World
from local.measured import RECORDS, month, result


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
    def test_every_result_is_of_a_lead_of_the_month(self) -> None:
        records = json.loads(month())
        self.assertEqual(len(records), RECORDS)
        for n in (0, RECORDS - 1):
            body = json.loads(json.loads(result(n, "c"))["body"])
            self.assertIn(f"{body['metadata']['lead_id']}_{body['to'].removeprefix('+1')}", records)


class Loopback(unittest.TestCase):
    def test_an_object_is_written_only_over_the_version_that_is_expected(self) -> None:
        world = World({"a": b"1"})
        version, _ = world.objects["a"]
        self.assertEqual(world.s3_put("a", b"2", {"If-Match": '"other"'})[0], 412)
        self.assertEqual(world.s3_put("a", b"2", {})[0], 412)
        self.assertEqual(world.s3_put("a", b"2", {"If-Match": version})[0], 200)
        self.assertEqual(world.s3_put("b", b"1", {"If-None-Match": "*"})[0], 200)

    def test_a_line_is_written_only_over_the_version_that_is_expected(self) -> None:
        world = World({})
        item = {"phone": {"S": "+12125550100"}, "version": {"S": "v"}}
        put = {"Item": item, "ConditionExpression": "attribute_not_exists(#phone)"}
        self.assertEqual(world.dynamodb("PutItem", put)[0], 200)
        self.assertEqual(world.dynamodb("PutItem", put)[0], 400)
        put["ExpressionAttributeValues"] = {":version": {"S": "v"}}
        self.assertEqual(world.dynamodb("PutItem", put)[0], 200)


if __name__ == "__main__":
    unittest.main()
