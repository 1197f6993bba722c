"""Tests of the installed package; test/packaging/wheel.test.ts runs them in a venv that has the wheel."""
