"""Who may sign in: accounts, their sessions, tokens and one-time links, and limits on trying."""
