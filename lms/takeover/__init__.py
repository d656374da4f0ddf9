"""Taking over: what is counted of a circle's meetings, where its trainer's stool stands, and when it can leave."""
