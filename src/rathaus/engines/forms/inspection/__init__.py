"""Looking into a file that somebody sent, in a process of its own with little memory and little time.

Knows neither Django nor the town: bytes in, a verdict out. ``client.inspect`` starts it; ``__main__`` is what runs.
"""
