"""How we judge: question banks, rubrics, standards and rules as text; marking and readiness. No web, no database."""
