"""What every area stands on: settings, time, the database, doors, forms and text."""
