"""Pages for people: HTML that works with and without JavaScript."""
