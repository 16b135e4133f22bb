"""The kinds of money one can apply for, their pools and the office's calendar."""
