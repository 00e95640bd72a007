"""Arrays of predictions to numbers, intervals and charts."""
