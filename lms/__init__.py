"""The house where training happens: people, groups, practice, certificates and the web around them."""
