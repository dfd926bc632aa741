"""Single records that were shared with people, for a time or for good, beside what roles grant."""
