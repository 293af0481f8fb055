"""Keeping a copy of everything apart, and bringing it back onto a fresh machine."""
