"""Every socket and every file: what stands behind the ports."""
