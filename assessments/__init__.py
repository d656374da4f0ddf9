"""How we judge: question banks, rules and standards as text; marking, question coach, readiness. No web, no database."""
