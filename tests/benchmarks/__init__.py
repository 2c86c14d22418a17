"""Measurements for docs/benchmarks.md: each file prints a table and asserts nothing about time."""
