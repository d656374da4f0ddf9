"""Renewals: what a holder sends so that a certificate goes on, who decides on it, and reminders before it ends."""
