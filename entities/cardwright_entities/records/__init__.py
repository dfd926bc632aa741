"""The one write gate, history, numbering, lines, recycle bin."""
