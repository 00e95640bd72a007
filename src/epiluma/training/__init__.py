"""Recipes, networks and the loop that trains them. Torch lives here and in `epiluma.export` only."""
