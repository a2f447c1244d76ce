"""Values that were published, by hand or by others, and that we must reproduce."""
