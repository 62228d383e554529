"""Star Ratings parameters, one file a star year."""
