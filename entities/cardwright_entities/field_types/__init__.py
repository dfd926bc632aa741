"""Field types: one class each; all that is known of a type is in its class."""
