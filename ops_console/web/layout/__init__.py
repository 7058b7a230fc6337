"""What every page of the console shares: frame, components, words, times and assets."""
