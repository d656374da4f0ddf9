"""Home: the page a person lands on, with where they stand and what to do next."""
