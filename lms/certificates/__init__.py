"""Certificates: issued from a decision, drawn as PDF, checked by anyone with the number, withdrawn with a reason."""
