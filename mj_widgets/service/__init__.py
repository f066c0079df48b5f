"""The HTTP API of the midjourney-proxy family, and when to ask it."""
