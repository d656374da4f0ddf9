"""Certificates as signed credentials (Open Badges 3.0) that anybody checks with programs that nobody here wrote."""
