"""Search over the lessons, the glossary and one's own notes, and the page of the glossary."""
