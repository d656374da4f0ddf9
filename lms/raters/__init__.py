"""Raters: what two readers make of the same rounds and evenings, the key being one of them or another person."""
