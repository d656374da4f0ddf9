"""What people write for themselves, and the entries they choose to show to a trainer. Nobody grades any of it."""
