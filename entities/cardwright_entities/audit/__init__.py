"""What was done, by whom and when: rows that only grow, chained so that nobody forges them."""
