"""Charts as inline SVG, drawn on the server: direct labels, intervals as bands, a table behind each."""
