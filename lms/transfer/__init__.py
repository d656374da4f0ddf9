"""Transfer: the agreement by which a circle is handed over to itself, who signs it, and what ends with it."""
