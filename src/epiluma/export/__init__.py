"""A trained network to a bundle, proven equal."""
