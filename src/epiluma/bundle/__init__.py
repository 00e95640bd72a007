"""The artefact that crosses from training to use: written atomically, read verified."""
