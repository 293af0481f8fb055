"""Files that belong to an entry: looked at apart, shown as pictures and words, and kept locked as they came."""
