"""Cells that the tests run in more than one kind of kernel."""

# In short sleeps: a signal that comes just before a sleep begins does not end that one.
BUSY = "print('busy', flush=True)\nimport time\nwhile True:\n    time.sleep(0.05)"
"""Says that it runs, and ends only when it is interrupted."""
