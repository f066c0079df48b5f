"""Many tasks as one thing: which they are, in which order, marked, as tables; no Jupyter."""
