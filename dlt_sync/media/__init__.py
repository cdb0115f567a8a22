"""Videos: their addresses, the check of their links, their coverage and the requests for new ones."""
