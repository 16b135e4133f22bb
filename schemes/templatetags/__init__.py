"""How figures, days and rules are written on every page."""
