"""Keys, passwords, forged requests, headers: what keeps strangers out."""
