"""Many tasks as one thing: which they are, how they are ordered, marked, told as tables; no Jupyter."""
