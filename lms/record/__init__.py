"""What the register holds about somebody: the page, the archive that proves it, the check of all of it."""
