"""Three minutes a day with what was learnt. Only the person themselves sees it, and nothing that decides reads it."""
