"""Opens images, resolves views of them and draws pictures; every protocol is built on it."""
