"""Clean: a raw document in, one article for each article on the page out."""
