"""Pixels and files of pictures; no network."""
