"""Shaping objects on screen: what somebody wishes, as edits of definitions."""
