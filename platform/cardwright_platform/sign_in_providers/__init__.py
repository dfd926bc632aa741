"""Where people may sign in elsewhere: one class for each way of asking, a plugin may bring more."""
