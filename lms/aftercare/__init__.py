"""After the hand-over: checks, signs of drift, calls for help, and the way back to more support."""
