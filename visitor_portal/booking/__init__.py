"""Asking for access, seeing open times, booking one, giving it back."""
