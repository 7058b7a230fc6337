"""Camera, microphone and speaker, tried before it matters."""
