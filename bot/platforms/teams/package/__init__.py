"""The app package that an administrator uploads."""
