"""Groups: circles of peers, who sits in them, and when they meet."""
