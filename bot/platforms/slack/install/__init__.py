"""Installation, authorisation and uninstallation of the app in a workspace."""
