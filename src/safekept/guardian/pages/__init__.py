"""The guardian’s pages."""
