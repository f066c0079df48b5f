"""A tiny film, for results that are one mp4."""

FILM_MP4 = b""
