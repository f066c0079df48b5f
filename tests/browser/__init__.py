"""End to end: Chromium in front of a real JupyterLab and a real Notebook 7."""
