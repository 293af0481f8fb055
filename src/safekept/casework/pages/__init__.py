"""Pages: they translate between a request and what the record, the register and the procedures say."""
