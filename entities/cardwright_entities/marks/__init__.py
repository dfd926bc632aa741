"""What people mark for themselves: tags, favourites folders, and which records they opened last."""
