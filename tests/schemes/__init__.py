"""Tests of the schemes: their rules, their terms and the command that tells what the rules say."""
