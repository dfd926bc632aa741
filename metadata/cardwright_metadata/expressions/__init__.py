"""The grammar and the syntax tree of the one expression language."""
