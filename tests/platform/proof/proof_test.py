#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The table says what the evidence says, and its check tells a lie from a test that did not run."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

from proof import Evidence, Rooms

HERE = pathlib.Path(__file__).resolve().parent
# Two files that are there: paths of the checkout.
ONE, OTHER = "tests/platform/proof/proof.py", "tests/platform/proof/proof_test.py"


class ProofTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.build = pathlib.Path(folder.name)
        self.page = self.build / "page.md"

    def say(self, test, levels=(), covers=(), why=None, room="room"):
        with Evidence(self.build, test, room) as evidence:
            evidence.covers(*covers)
            for path, level in levels:
                evidence.file(path, level)
            if why:
                evidence.skipped(why)

    def run_proof(self, action):
        command = [sys.executable, str(HERE / "proof.py"), "--evidence", str(self.build / "proof"), "--page", str(self.page), action]
        return subprocess.run(command, capture_output=True, text=True)

    def test_a_page_that_was_written_is_true(self):
        self.say("a/b", [(ONE, "run")])
        self.assertEqual(self.run_proof("--write").returncode, 0)
        self.assertEqual(self.run_proof("--check").returncode, 0)

    def test_the_highest_level_of_a_file_counts_and_names_its_tests(self):
        self.say("a", [(ONE, "compiled")])
        self.say("b", [(ONE, "run")])
        self.say("c", [(ONE, "checked")])
        self.assertIn(f"| `{ONE}` | run | b |", Rooms(str(self.build / "proof")).page())

    def test_a_page_that_says_too_much_is_a_lie(self):
        self.say("a", [(ONE, "run"), (OTHER, "run")])
        self.run_proof("--write")
        self.say("a", [(ONE, "run"), (OTHER, "compiled")])
        checked = self.run_proof("--check")
        self.assertEqual(checked.returncode, 1)
        self.assertIn(f"{OTHER}: the page says run, the tests say compiled", checked.stdout)

    def test_a_page_that_says_too_little_is_one_too_even_where_a_test_was_skipped(self):
        self.say("a", [(ONE, "compiled")])
        self.run_proof("--write")
        self.say("a", [(ONE, "run")], why="no network")
        self.assertEqual(self.run_proof("--check").returncode, 1)

    def test_a_skipped_test_makes_no_liar(self):
        self.say("a", [(ONE, "compiled")])
        self.say("b", [(ONE, "checked")])
        self.run_proof("--write")
        self.say("b", why="no network")
        checked = self.run_proof("--check")
        self.assertEqual(checked.returncode, 77)
        self.assertIn("no network", checked.stdout)

    def test_a_skipped_test_excuses_no_other_room(self):
        self.say("a", [(ONE, "run")])
        self.say("b", [(OTHER, "run")], room="other")
        self.run_proof("--write")
        self.say("a", [(ONE, "compiled")])
        self.say("b", why="no network", room="other")
        checked = self.run_proof("--check")
        self.assertEqual(checked.returncode, 1)
        self.assertIn(f"{ONE}: the page says run, the tests say compiled", checked.stdout)
        self.assertNotIn(OTHER, checked.stdout)

    def test_tests_that_have_not_run_here_excuse_their_room_only(self):
        self.say("a", [(ONE, "run")])
        self.say("b", [(OTHER, "run")], room="other")
        self.run_proof("--write")
        (self.build / "proof" / "b.jsonl").unlink()
        self.assertEqual(self.run_proof("--check").returncode, 77)
        self.say("a", [(ONE, "compiled")])
        self.assertEqual(self.run_proof("--check").returncode, 1)

    def test_tests_that_have_not_run_here_make_none_either(self):
        self.say("a", [(ONE, "run")])
        self.say("b", [(OTHER, "run")])
        self.run_proof("--write")
        (self.build / "proof" / "b.jsonl").unlink()
        self.assertEqual(self.run_proof("--check").returncode, 77)

    def test_a_page_is_not_written_from_half_the_evidence(self):
        self.say("a", [(ONE, "run")], why="no network")
        self.assertEqual(self.run_proof("--write").returncode, 1)
        self.assertFalse(self.page.exists())

    def test_a_covered_file_that_nobody_looked_at_is_said_to_be_written(self):
        self.say("a", [(ONE, "run")], covers=["tests/platform/proof/*.py"])
        self.assertIn(f"| `{OTHER}` | written |  |", Rooms(str(self.build / "proof")).page())

    def test_patterns_reach_into_folders_and_stand_for_none(self):
        self.say("a", covers=["tests/platform/**/*.py"])
        page = Rooms(str(self.build / "proof")).page()
        self.assertIn(f"`{ONE}`", page)
        self.assertIn("`tests/platform/android/device/run.py`", page)
        self.assertNotIn("`tests/tools/check_house.py`", page)

    def test_patterns_begin_where_the_checkout_does(self):
        self.say("a", [(ONE, "run")], covers=["platform/proof/*.py", "proof/**/*.py", "*.py"])
        self.assertNotIn(OTHER, Rooms(str(self.build / "proof")).page())

    def test_evidence_of_a_file_that_is_gone_counts_for_nothing(self):
        self.say("a", [("tests/platform/gone.py", "run"), (ONE, "run")])
        self.assertNotIn("gone.py", Rooms(str(self.build / "proof")).page())


if __name__ == "__main__":
    unittest.main(verbosity=1)
