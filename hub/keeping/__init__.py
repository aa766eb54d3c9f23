"""Nothing is lost: back up, restore, move between databases, and check that what is there hangs together."""
