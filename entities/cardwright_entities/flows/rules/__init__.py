"""Rules: what is done by itself when something happens to a record, or time passes."""
