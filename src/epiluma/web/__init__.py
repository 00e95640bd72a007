"""HTTP and HTML only: parse, call, render."""
