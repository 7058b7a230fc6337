"""The terminal in the housing unit: it shows, admits and carries the call; it never decides."""
