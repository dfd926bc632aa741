"""Who may see and do what, as predicates and field sets."""
