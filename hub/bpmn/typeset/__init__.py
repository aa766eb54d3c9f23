"""What drawing and layout share: the width of words, lines and outlines, places for labels."""
