"""The Library page: open folders, import, browse, label."""
