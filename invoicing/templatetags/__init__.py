"""What templates of the house ask about money."""
