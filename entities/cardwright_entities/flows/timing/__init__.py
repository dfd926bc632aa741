"""What time brings to records: deadlines that pass, and records that come again and again."""
