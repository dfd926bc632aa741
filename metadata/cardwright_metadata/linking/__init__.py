"""Every name that a definition uses is a name that is defined."""
