"""What pages show, made from what the record holds."""
