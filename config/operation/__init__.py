"""What an operator sees of the running shop: is it ready, its figures, its log, its errors. Nothing personal in any."""
