"""What a circle keeps of its rounds, for those who sit in it alone."""
