"""From a text to what it says of trade policy, every word traceable to its place."""
