"""Version 1 of the API. Reads no cookie and needs no CSRF token; errors are problem+json with our codes."""
