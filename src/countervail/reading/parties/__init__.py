"""Who takes a measure and whom it falls on: every country of a text is weighed for both parts."""
