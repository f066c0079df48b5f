"""How many tasks look at once, and what keys do to them."""
