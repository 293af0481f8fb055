"""The guardian’s desk: who read what, what looks unusual and why, each reviewed by somebody independent."""
