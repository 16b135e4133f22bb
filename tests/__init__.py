"""The tests, laid out as the house is; what they share stands here, what they try below."""
