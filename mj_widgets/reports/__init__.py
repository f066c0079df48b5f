"""What leaves the notebook: a sheet with captions, a page that opens anywhere, and figures."""
