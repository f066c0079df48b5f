"""The package in a real kernel, spoken to in raw messages: ipykernel 6 and 7."""
