"""Expressions at work: types, evaluation in Python, compilation to SQL."""
