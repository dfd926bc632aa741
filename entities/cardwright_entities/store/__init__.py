"""The database: engines, the two doors, platform tables."""
