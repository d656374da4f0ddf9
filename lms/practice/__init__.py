"""Practice: sessions written up, sent, read, signed or returned."""
