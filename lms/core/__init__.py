"""What every area stands on: settings, clock, database, the one commit, doors, forms, jobs."""
