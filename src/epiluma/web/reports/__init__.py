"""What the pages about the model show, worked out from files: counts of the data, the bundle's own records."""
