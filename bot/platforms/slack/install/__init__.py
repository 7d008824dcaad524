"""Installing, authorising and uninstalling the app in a workspace."""
