"""How we judge: question banks, rubrics, standards as text, and the rules that read them. Pure."""
