"""Approvals: who is asked in which order, what is decided, and where the record goes then."""
