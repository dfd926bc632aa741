"""Views of lists: those that packs bring, and those that people keep under a name and share."""
