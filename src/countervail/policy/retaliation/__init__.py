"""An answer to a partner: pain to them at the least cost to oneself."""
