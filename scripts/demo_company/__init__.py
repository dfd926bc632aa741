"""The demo company 恒拓自动化 and its customers: invented, and the same at every run."""
