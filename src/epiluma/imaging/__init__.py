"""Bytes to clean RGB uint8 (H, W, 3), and back."""
