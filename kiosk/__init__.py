"""The terminal in a housing unit: shows visits, checks inmates in, carries the call."""
