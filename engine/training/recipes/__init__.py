"""Recipes: named, complete ways to train."""
