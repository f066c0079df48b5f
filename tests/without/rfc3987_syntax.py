"""In place of a package that jsonschema checks an IRI with, if it is there; we have no IRI.

It compiles 38 grammars when it is imported: more than half of what it takes to start Jupyter, in
every server, every nbconvert and every process that runs tests.
"""

raise ImportError("left out: see tests/without")
