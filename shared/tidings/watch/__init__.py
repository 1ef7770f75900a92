"""Watch: tells those who asked for it of new and changed events."""
