"""Files in, files out: import and export."""
