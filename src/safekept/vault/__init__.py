"""Addresses and contacts that are kept apart from the record."""
