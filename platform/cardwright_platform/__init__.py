"""Who sees it and when: configuration, web, API, command line, security, jobs."""
