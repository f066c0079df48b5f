"""Where the sandbox paints: landscapes of a prompt, and what buttons make of them."""
