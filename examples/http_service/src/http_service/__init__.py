"""A service that runs jobs for those who have a token."""
