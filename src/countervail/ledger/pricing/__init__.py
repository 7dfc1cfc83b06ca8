"""From measures to what every cell and line pays."""
