"""``env()`` on a made-up machine with 8 CPUs (ONEPROCPOOL_ROOT names it)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import types
import unittest
import warnings
from pathlib import Path
from unittest import mock

import oneprocpool
from oneprocpool import _environment


class EnvTest(unittest.TestCase):
    """Each test starts from the same environment."""

    def setUp(self) -> None:
        """Warnings are errors unless a test expects them."""
        changes = mock.patch.dict(os.environ)
        changes.start()
        self.addCleanup(changes.stop)
        self.addCleanup(_environment._changed.clear)
        quiet = warnings.catch_warnings()
        quiet.__enter__()
        self.addCleanup(quiet.__exit__, None, None, None)
        warnings.simplefilter("error")

    def test_one_process_gets_all(self) -> None:
        result = oneprocpool.env()
        self.assertEqual(result["OMP_NUM_THREADS"], "8")
        self.assertEqual(os.environ["OMP_NUM_THREADS"], "8")
        self.assertEqual(os.environ["ONEPROCPOOL_THREADS"], "8")
        self.assertEqual(os.environ["ONEPROCPOOL_WORKER_INDEX"], "0")
        self.assertTrue(all(os.environ[name] == value for name, value in result.items()))

    def test_removes_what_would_defeat_the_limit(self) -> None:
        os.environ["GOTO_NUM_THREADS"] = "64"
        oneprocpool.env()
        self.assertNotIn("GOTO_NUM_THREADS", os.environ)

    def test_processes_started_afterwards_see_it(self) -> None:
        oneprocpool.env(workers=4)
        script = "import os; print(os.environ['OPENBLAS_NUM_THREADS'])"
        self.assertEqual(subprocess.check_output([sys.executable, "-c", script], text=True), "2\n")

    def test_without_index_all_get_the_smallest_share(self) -> None:
        self.assertEqual(oneprocpool.env(workers=3)["OMP_NUM_THREADS"], "2")
        self.assertNotIn("ONEPROCPOOL_WORKER_INDEX", os.environ)
        self.assertEqual(os.environ["ONEPROCPOOL_WORKER_COUNT"], "3")

    def test_with_index_the_first_get_the_remainder(self) -> None:
        self.assertEqual([oneprocpool.env(3, worker=i)["OMP_NUM_THREADS"] for i in range(3)], ["3", "3", "2"])
        self.assertEqual(os.environ["ONEPROCPOOL_WORKER_INDEX"], "2")

    def test_auto_is_one_for_each_cpu(self) -> None:
        self.assertEqual(oneprocpool.env("auto")["ONEPROCPOOL_WORKER_COUNT"], "8")
        self.assertEqual(os.environ["OMP_NUM_THREADS"], "1")

    def test_a_second_call_replaces_the_first(self) -> None:
        # The variables that are there count on the real machine only.
        del os.environ["ONEPROCPOOL_ROOT"]
        os.environ["OMP_NUM_THREADS"] = "6"
        os.environ["GOTO_NUM_THREADS"] = "64"
        with warnings.catch_warnings():
            # More threads than CPUs, perhaps.
            warnings.simplefilter("ignore")
            first = oneprocpool.env(threads=2)
            self.assertEqual(first["OMP_NUM_THREADS"], "2")
            self.assertEqual(oneprocpool.env(threads=2), first)
            self.assertEqual(oneprocpool.env(threads=4)["OMP_NUM_THREADS"], "4")
            # Lower than the limit: kept, as it was before the first call.
            oneprocpool.env(threads=8)
            self.assertEqual(os.environ["OMP_NUM_THREADS"], "6")
            oneprocpool.env(preset=["numexpr"])
        self.assertEqual(os.environ["GOTO_NUM_THREADS"], "64")
        self.assertNotIn("OPENBLAS_NUM_THREADS", os.environ)

    def test_what_others_set_between_two_calls_stays(self) -> None:
        del os.environ["ONEPROCPOOL_ROOT"]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            oneprocpool.env(threads=2)
            os.environ["OMP_NUM_THREADS"] = "1"
            os.environ["MINE"] = "x"
            oneprocpool.env(threads=2)
        self.assertEqual((os.environ["OMP_NUM_THREADS"], os.environ["MINE"]), ("1", "x"))

    def test_options_reach_the_program(self) -> None:
        result = oneprocpool.env(
            pool="app", cpus=2.5, round="ceil", inherit="replace", env={"A": "1 2", "B": "=x"}, without="numexpr"
        )
        self.assertEqual((result["OMP_NUM_THREADS"], result["A"], result["B"]), ("1", "1 2", "=x"))
        self.assertEqual(result["ONEPROCPOOL_CPUS"], "3")
        self.assertNotIn("NUMEXPR_NUM_THREADS", result)
        result = oneprocpool.env(preset=["numexpr", "numba"], reserve="50%", physical=False)
        self.assertEqual((result["NUMEXPR_NUM_THREADS"], result["NUMBA_NUM_THREADS"]), ("4", "4"))
        self.assertNotIn("OMP_NUM_THREADS", result)
        self.assertEqual(oneprocpool.env(threads=3, with_=["go"])["GOMAXPROCS"], "3")

    def test_a_config_file_and_variables_count(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            config = Path(directory, "mine.json")
            config.write_text('{"workers": 4}')
            self.assertEqual(oneprocpool.env(config=config)["OMP_NUM_THREADS"], "2")
            self.assertEqual(oneprocpool.env(config=False)["OMP_NUM_THREADS"], "8")
            os.environ["ONEPROCPOOL_WORKERS"] = "2"
            self.assertEqual(oneprocpool.env()["OMP_NUM_THREADS"], "4")
            self.assertEqual(oneprocpool.env(workers=1)["OMP_NUM_THREADS"], "8")

    def test_what_is_refused_changes_nothing(self) -> None:
        before = dict(os.environ)
        for arguments, words in (
            ({"workers": 0}, "Expected `--workers` to be .* got `0`"),
            ({"workers": True}, "workers"),
            ({"pool": "both"}, "Expected `--pool` to be"),
            ({"preset": ["numpyy"]}, "numpyy"),
            ({"workers": 9, "strict": True}, "9"),
            ({"workers": 2, "worker": 2}, "from 0 to 1, got 2"),
            ({"workers": 2, "worker": -1}, "from 0 to 1, got -1"),
        ):
            with self.subTest(**arguments), self.assertRaisesRegex(oneprocpool.OneprocpoolError, words):
                oneprocpool.env(**arguments)  # type: ignore[arg-type]
        self.assertEqual(dict(os.environ), before)

    def test_warns_of_a_doubtful_plan_and_sets_it(self) -> None:
        with self.assertWarnsRegex(RuntimeWarning, "9 workers x 1 thread need 9 CPUs") as caught:
            oneprocpool.env(workers=9)
        self.assertEqual(caught.filename, __file__)
        self.assertEqual(os.environ["OMP_NUM_THREADS"], "1")

    def test_warns_when_a_library_has_been_imported(self) -> None:
        fake = {"numpy": types.ModuleType("numpy"), "polars": types.ModuleType("polars")}
        with mock.patch.dict(sys.modules, fake):
            with self.assertWarnsRegex(
                RuntimeWarning, r"numpy, polars had been imported before oneprocpool\.env"
            ) as caught:
                oneprocpool.env()
        self.assertEqual(caught.filename, __file__)

    def test_names_that_no_text_can_hold_stay(self) -> None:
        os.environb[b"RAW"] = b"\xff\xfe"
        oneprocpool.env(env={"COPY": os.environ["RAW"]})
        self.assertEqual(os.environb[b"RAW"], b"\xff\xfe")


if __name__ == "__main__":
    unittest.main()
