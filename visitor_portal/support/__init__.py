"""Help in plain answers, and the choice of language."""
