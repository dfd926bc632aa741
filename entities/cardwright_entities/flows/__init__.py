"""Documents that flow: states and moves, conversions, ledgers, approvals, rules."""
