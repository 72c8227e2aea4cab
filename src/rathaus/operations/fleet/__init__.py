"""Many towns at once, each with its own database, folder, keys and processes."""
