"""Dates, times and durations of FEEL."""
