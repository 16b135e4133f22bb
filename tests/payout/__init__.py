"""A tiny scheme that pays out itself, by settlement statements."""
