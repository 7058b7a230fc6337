"""What the Makefile runs: benches, screenshots, documents drawn from the code."""
