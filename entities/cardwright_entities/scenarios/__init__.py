"""Scenarios: tests of packs, played step by step through the gate, the queries and the actions."""
