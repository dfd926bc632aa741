"""Values and definitions in the reader's words: what fills the view models."""
