"""Commands of this part of the house."""
