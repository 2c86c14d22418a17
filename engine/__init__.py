"""Everything a person can do with Pigeonhole, without a screen. Imports no Qt and nothing of `gui`."""

from engine import environment

environment.prepare()
