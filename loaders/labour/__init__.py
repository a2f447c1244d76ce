"""Published labour-market tables, in the layouts in which they are downloaded."""
