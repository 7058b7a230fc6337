"""Pieces that several rooms' tests stand on."""
