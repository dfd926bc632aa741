"""A change of definitions and its life: plan, apply, commit."""
