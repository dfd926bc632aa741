"""Who stands above whom, and who belongs together: read through parts, never by entity names."""
