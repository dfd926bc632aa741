"""Ways to give something to providers outside; each is one small class, plugins bring more."""
