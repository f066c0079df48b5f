"""Pictures of any origin beside each other, over each other, and subtracted from each other."""
