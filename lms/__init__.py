"""The house where it happens: people, groups, practice, certificates, web."""
