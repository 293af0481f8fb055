"""What the guardian’s pages show."""
