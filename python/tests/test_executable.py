"""Where the program is found, and what is said when it is not there."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import oneprocpool


class ExecutableTest(unittest.TestCase):
    """The package is copied to places as pip makes them."""

    def setUp(self) -> None:
        """A folder for the copies."""
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)

    def place(self, package: str, program: str | None) -> Path:
        """Puts package and stand-in into folders below the directory; the folder to import from."""
        site = self.directory / package
        shutil.copytree(Path(oneprocpool.__file__).parent, site / "oneprocpool")
        if program is not None:
            (self.directory / program).mkdir()
            path = self.directory / program / "oneprocpool"
            path.write_text('#!/bin/sh\necho "stand-in $*"\n')
            path.chmod(0o755)
        return site

    def run_module(self, site: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs ``python -m oneprocpool`` without any other installation."""
        script = f"import runpy, sys; sys.path.insert(0, {str(site)!r}); sys.argv[1:] = {list(words)!r}; "
        script += "runpy.run_module('oneprocpool', run_name='__main__', alter_sys=True)"
        command = [str(Path(sys.executable).resolve()), "-I", "-c", script]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_is_the_one_of_this_installation(self) -> None:
        path = Path(oneprocpool.find_executable())
        self.assertEqual(path, Path(sys.prefix, "bin", "oneprocpool"))

    def test_is_found_below_a_target_directory(self) -> None:
        done = self.run_module(self.place("target", "target/bin"), "a", "b c")
        self.assertEqual((done.stdout, done.stderr, done.returncode), ("stand-in a b c\n", "", 0))

    def test_is_found_below_a_prefix(self) -> None:
        done = self.run_module(self.place("prefix/lib/python3.9/site-packages", "prefix/bin"), "a")
        self.assertEqual((done.stdout, done.stderr), ("stand-in a\n", ""))

    def test_says_where_it_looked(self) -> None:
        done = self.run_module(self.place("target", None))
        self.assertEqual(done.returncode, 125)
        self.assertIn("oneprocpool: Expected the program `oneprocpool` beside its Python package", done.stderr)
        self.assertIn(f"  {self.directory}/target/bin\n", done.stderr)
        self.assertIn("hint: install it again", done.stderr)

    def test_says_when_it_cannot_be_executed(self) -> None:
        site = self.place("target", "target/bin")
        (site / "bin/oneprocpool").write_bytes(b"\x7fELF of another machine")
        done = self.run_module(site)
        self.assertEqual(done.returncode, 125)
        self.assertIn("is the wheel that of this platform?", done.stderr)


if __name__ == "__main__":
    unittest.main()
