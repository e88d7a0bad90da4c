"""What shoppers may have besides orders: a place where those of one proven address stand together. Nobody needs one."""
