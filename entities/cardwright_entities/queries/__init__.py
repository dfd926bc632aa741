"""The one compiler through which every read goes."""
