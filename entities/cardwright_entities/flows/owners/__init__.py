"""Whose records become: given away, claimed out of the pool 公海, released, and what goes along."""
