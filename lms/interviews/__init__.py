"""The values interview: two people hear one, each writes a note alone, and together they say yes or not yet."""
