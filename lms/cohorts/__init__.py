"""Cohorts: people who learn at the same time and at one pace, and the page on which their trainer sees who is stuck."""
