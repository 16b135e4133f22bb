"""A machine drives both schemes in any order, as people would, and asks after each step if all is well."""
