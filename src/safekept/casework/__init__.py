"""The pages that practitioners work in: what is owed, a child's page, a concern, recording."""
