"""A definition that has been checked and compiled: rendering, page posts, API data and import use the same one."""
