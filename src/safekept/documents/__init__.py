"""Documents made for one recipient from what they may have: letters, copies for those who ask, orders of a court."""
