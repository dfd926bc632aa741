"""How definitions live: field types, tables, change, records, queries, access."""
