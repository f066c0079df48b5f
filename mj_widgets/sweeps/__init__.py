"""One line with braces as many jobs: what it makes, what it costs, sent a few at a time."""
