"""Many tasks at once: as tables, as arrays and as data sets for other programs. No Jupyter."""
