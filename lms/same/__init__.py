"""Two accounts of one person become one person: whoever has both says so, and what was signed stays as it is."""
