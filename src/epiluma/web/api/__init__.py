"""Programs' way in: JSON, versioned by its path."""
