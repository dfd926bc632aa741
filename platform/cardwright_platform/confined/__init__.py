"""Dangerous work in child processes with limits: workbooks and images that strangers made."""
