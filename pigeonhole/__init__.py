"""Pigeonhole: label folders of images, train a classifier, review its mistakes, classify folders of any size."""

from engine import version as _version

__version__ = _version.VERSION
__all__ = ["__version__"]
