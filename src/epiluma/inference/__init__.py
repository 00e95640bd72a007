"""A bundle and pictures to predictions."""
