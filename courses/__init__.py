"""What we teach: the curriculum as text, its schema and its loader. No web, no database."""
