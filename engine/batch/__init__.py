"""Classify folders of images: results as tables, pages or sorted folders."""
