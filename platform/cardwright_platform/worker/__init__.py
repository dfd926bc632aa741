"""Drains the table of jobs: a thread of the server, or processes that Redis wakes."""
