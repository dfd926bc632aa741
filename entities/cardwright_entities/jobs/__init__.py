"""Work for later: a table of jobs, claimed by lease, each with its effect exactly once."""
