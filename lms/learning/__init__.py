"""Learning: who is enrolled on what, and which lessons they have done."""
