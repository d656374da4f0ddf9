"""Two people label what a circle asked, with the yes of everybody who asked it."""
