"""Folders and tables of pictures to an audited, split manifest."""
