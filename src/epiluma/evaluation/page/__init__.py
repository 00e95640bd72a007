"""The report as one page of HTML: nothing is loaded from anywhere, no script, readable on a phone and on paper."""
