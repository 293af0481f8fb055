"""Settings, addresses and the database: what ties the parts into one service."""
